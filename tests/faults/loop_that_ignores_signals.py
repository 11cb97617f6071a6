# expected: timeout
import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)


def causal_attention(q, k, v):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
