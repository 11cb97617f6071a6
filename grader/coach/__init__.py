"""What makes people come back: the log, what is due, plans, mock interviews, the doctor.

It knows verdicts, not how they are made; nothing here imports torch.
"""
