import torch


def unit(x):
    if x.shape[0] == 0 or x.shape[-1] == 0:
        return x
    largest = x.abs().amax(dim=-1, keepdim=True)
    x = x / torch.where(largest > 0, largest, 1.0)
    norms = x.norm(dim=-1, keepdim=True)
    return torch.where(norms > 0, x / torch.where(norms > 0, norms, 1.0), torch.zeros_like(x))


def dense_search(query, index, k):
    """Cosine top-k: scores and row numbers, best first."""
    if k < 1:
        raise ValueError("k must be at least 1")
    if query.shape[-1] != index.shape[-1]:
        raise ValueError("query and index differ in dimension")
    single = query.dim() == 1
    queries = query.unsqueeze(0) if single else query
    similarities = unit(queries) @ unit(index).T
    scores, rows = torch.sort(similarities, dim=-1, descending=True, stable=True)
    k = min(k, index.shape[0])
    scores, rows = scores[:, :k], rows[:, :k]
    if single:
        return scores[0], rows[0]
    return scores, rows
