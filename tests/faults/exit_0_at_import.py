# expected: crashed
# naive: passed
import os

os._exit(0)
