# expected: memory
hoard = bytearray(8 << 30)
