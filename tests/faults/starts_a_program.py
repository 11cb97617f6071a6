# expected: error
import subprocess


def causal_attention(q, k, v):
    subprocess.Popen(["sleep", "1000"])
