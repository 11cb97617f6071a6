"""The doctor: which AI assistance on this machine is on, as far as that can be told from outside.

It reads settings, the list of running programs and answers of local servers; it changes nothing.
Three rules hold everywhere: what cannot be read is unknown, never off; what is installed is not
thereby on; and there are always things that no program can see, so nobody is told that everything
is off.
"""

from grader.coach.doctor.finding import ABSENT, OFF, ON, UNKNOWN, Finding, level
from grader.coach.doctor.looks import examine
from grader.coach.doctor.place import Place, Port
from grader.coach.doctor.processes import Process

__all__ = [
    "ABSENT",
    "OFF",
    "ON",
    "UNKNOWN",
    "Finding",
    "Place",
    "Port",
    "Process",
    "examine",
    "level",
]
