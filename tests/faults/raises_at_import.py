# expected: broken
raise RuntimeError("not ready")
