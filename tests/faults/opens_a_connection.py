# expected: error
import socket


def causal_attention(q, k, v):
    socket.create_connection(("127.0.0.1", 9), timeout=1)
