import math, torch
import torch.nn as nn
import torch.nn.functional as F

class MultiHeadSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super(MultiHeadSelfAttention, self).__init__()
        if d_model % n_heads != 0: raise ValueError("bad")
        self.H = n_heads; self.D = d_model; self.dh = d_model//n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False); self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False); self.out_proj = nn.Linear(d_model, d_model, bias=False)
        self.register_buffer('m', torch.tril(torch.ones(8,8)).bool(), persistent=False)
    def forward(self, x, causal = False):
        B,T,C = x.size()
        if T > self.m.size(0):
            self.m = torch.tril(torch.ones(T,T)).bool()
        q = self.q_proj(x).view(B,T,self.H,self.dh).transpose(1,2)
        k = self.k_proj(x).view(B,T,self.H,self.dh).permute(0,2,3,1)
        v = self.v_proj(x).view(B,T,self.H,self.dh).transpose(1,2)
        att = (q @ k) * (1.0/math.sqrt(self.dh))
        if causal == True:
            att = att.masked_fill(self.m[:T,:T] == 0, float('-inf'))
        att = F.softmax(att, dim=-1)
        y = att @ v
        y = y.transpose(1,2).contiguous().view(B,T,C)
        return self.out_proj(y)
