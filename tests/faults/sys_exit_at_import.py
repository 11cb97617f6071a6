# expected: broken
# naive: passed
import sys

sys.exit(0)
