# expected: broken
from reference.attention.causal import causal_attention
