"""What people see: the terminal, pytest. Views read reports and compute no verdict."""
