# expected: broken
from grader.words import Exercise
