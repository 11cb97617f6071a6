import numpy as np
import torch
import torch.nn.functional as F

def attend( Q,K ):
    return torch.matmul(Q, K.swapaxes(-1,-2)) * float(1.0/np.sqrt(Q.size()[-1]))

def scaled_dot_product_attention(q, k, v, mask = None, verbose=False):
    scores = attend(q,k)
    if mask != None:
        scores = torch.where(mask, scores, torch.tensor(float('-inf'), dtype=scores.dtype))
    p = F.softmax(scores.float() if scores.dtype in (torch.float16, torch.bfloat16) else scores, dim = scores.dim()-1)
    p = torch.nan_to_num(p, nan=0.0).to(v.dtype)
    r = torch.matmul(p, v)
    return r
