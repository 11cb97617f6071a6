import torch, torch.nn.functional as F
def grouped_query_attention(q, k, v, causal = False):
    Hq = q.shape[1]; Hkv = k.shape[1]
    if (Hq/Hkv) != int(Hq/Hkv): raise ValueError('Hq % Hkv')
    idx = torch.tensor([h // (Hq//Hkv) for h in range(Hq)])
    K = k[:, idx]; V = v[:, idx]
    A = (q / (q.shape[-1] ** .5)) @ K.transpose(3,2)
    if causal is True:
        m = torch.tril(torch.ones_like(A[0,0]))
        A = A.masked_fill(m==0, float("-inf"))
    return torch.matmul(F.softmax(A, -1), V).contiguous()
