"""JupyterLab's extensions by name: which write code for you, which do not.

Plain data and a rule. JupyterLab knows a prebuilt ("federated") extension by the name of its
JavaScript package, and a server knows its own by that of a Python module, which has underscores
where the package has hyphens; one rule serves both. Names are those of the projects' own package
files when they were looked up. New ones come all the time: who is in neither list is unknown, and
has to be told of as such.
"""

from __future__ import annotations

import re

#: JupyterLab's own display of grey suggestions while one types, whoever makes them. An extension
#: may bring a display of its own.
INLINE_COMPLETER = "@jupyterlab/completer-extension:inline-completer"

#: The same with its parts.
INLINE = (
    INLINE_COMPLETER,
    "@jupyterlab/completer-extension:inline-completer-factory",
    "@jupyterlab/completer-extension:inline-history",
)

#: Extensions that write or explain code, or talk to something that does.
AI = (
    "@datalayer/jupyter-ai-agents",
    "@jupyter-ai-contrib/live-content",
    "@jupyter-ai/acp-client",
    "@jupyter-ai/agent-lite",
    "@jupyter-ai/chat-commands",
    "@jupyter-ai/core",
    "@jupyter-ai/jupyternaut",
    "@jupyter-ai/jupyternaut-lite",
    "@jupyter-ai/litellm",
    "@jupyter-ai/magic-commands",
    "@jupyter-ai/persona-manager",
    "@jupyter-ai/router",
    "@jupyterlab/transformers-completer",
    "@jupyterlite/ai",
    "@notebook-intelligence/notebook-intelligence",
    "@plmbr/notebook-intelligence",
    "amazon-codewhisperer-jupyterlab-ext",
    "amazon-q-developer-jupyterlab-ext",
    "jupyai",
    "jupyt",
    "jupyter-ai-lite",
    "jupyter_ai",
    "jupyter_copilot",
    "jupyterlab-ai-assistant",
    "jupyterlab-ai-commands",
    "jupyterlab-chat-extension",
    "jupyterlab-codeium",
    "jupyterlab-codestral",
    "jupyterlab-commands-toolkit",
    "jupyterlab_ai_code_assistants_extension",
    "jupyterlite-ai",
    "mito-ai",
    "mito_ai",
)

_KNOWN = frozenset(name.replace("_", "-") for name in AI)

#: A name with one of these words in it is taken for one of those, too.
_WORDS = frozenset(
    {
        *("acp", "agent", "agents", "ai", "assistant", "assistants", "chat", "genai", "gpt"),
        *("jupyternaut", "litellm", "llm", "llms", "mcp", "openai", "ollama", "pretzelai", "q"),
        *("chatgpt", "claude", "codeium", "codestral", "codewhisperer", "codex", "copilot"),
        *("deepseek", "gemini", "intelligence", "mistral", "plmbr", "tabby", "tabnine"),
    }
)

#: Extensions that do nothing of the kind.
HARMLESS = (
    "@bokeh/jupyter_bokeh",
    "@jupyter-lsp/jupyterlab-lsp",
    "@jupyter-notebook/lab-extension",
    "@jupyter-server/resource-usage",
    "@jupyter-widgets/jupyterlab-manager",
    "@jupyter/collaboration-extension",
    "@jupyter/docprovider-extension",
    "@jupyterlab/git",
    "@jupyterlab/plugin-playground",
    "@pyviz/jupyterlab_pyviz",
    "jupyter-matplotlib",
    "jupyterlab-jupytext",
    "jupyterlab-plotly",
    "jupyterlab_pygments",
    "jupyterlab_tqdm",
    "nbdime-jupyterlab",
)


def is_ai(name: str) -> bool:
    """Whether an extension is AI, as far as its name tells: `@jupyter-ai/core`, `mito_ai`."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return name.replace("_", "-") in _KNOWN or not _WORDS.isdisjoint(words)
