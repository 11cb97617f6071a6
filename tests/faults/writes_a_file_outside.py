# expected: error
def causal_attention(q, k, v):
    with open("/tmp/unaided-was-here", "w") as file:
        file.write("x")
