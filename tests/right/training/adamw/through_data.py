"""State in a dict by parameter, made at first use; new tensors into p.data; zeros in zero_grad."""


class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.params, self.state = [*params], {}
        self.hyper = lr, betas[0], betas[1], eps, weight_decay

    def step(self):
        lr, b1, b2, eps, wd = self.hyper
        for p in self.params:
            if p.grad is not None:
                g = p.grad.detach()
                t, m, v = self.state.get(p, (0, 0.0, 0.0))
                t, m, v = t + 1, b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
                self.state[p] = (t, m, v)
                move = (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + eps)
                p.data = p.data - lr * wd * p.data - lr * move

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()
