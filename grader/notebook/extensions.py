"""JupyterLab's extensions by name: which write code for you, which do not, which nobody here knows.

Without Jupyter: names and a rule. JupyterLab knows prebuilt ("federated") extensions by the name of
their JavaScript package, and a server knows its own by that of a Python module; one rule serves
both. Names are those of the projects' own package files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: What shows grey suggestions while one types, whoever makes them, with its parts.
INLINE = (
    "@jupyterlab/completer-extension:inline-completer",
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

#: A name with one of these words in it is taken for one of those, too.
_WORDS = frozenset(
    {
        *("acp", "agent", "agents", "ai", "assistant", "assistants", "chat", "genai", "gpt"),
        *("jupyternaut", "litellm", "llm", "llms", "mcp", "openai", "ollama", "pretzelai", "q"),
        *("chatgpt", "claude", "codeium", "codestral", "codewhisperer", "codex", "copilot"),
        *("deepseek", "gemini", "mistral", "tabby", "tabnine"),
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
    return name in AI or not _WORDS.isdisjoint(re.split(r"[^a-z0-9]+", name.lower()))


def switched_off(installed: Iterable[str]) -> list[str]:
    """What is to be disabled and locked, given the names of what is installed."""
    return [*INLINE, *sorted({*AI, *filter(is_ai, installed)})]


@dataclass(frozen=True)
class Report:
    """What a running server says of its extensions, by name.

    inline: whether inline completion is disabled, all of it. blocked: AI that is installed and
    disabled. on: AI that a browser gets all the same. unknown: what a browser gets and nobody here
    knows. off: how many names of AI the server has disabled, installed or not.
    """

    inline: bool
    blocked: tuple[str, ...]
    on: tuple[str, ...]
    unknown: tuple[str, ...]
    off: int


def report(page: Mapping[str, Any]) -> Report:
    """Read the settings that a server's page hands to the browser.

    Raises ValueError where they do not say which extensions there are.
    """
    offered = page.get("federated_extensions")
    disabled = page.get("disabledExtensions")
    if not isinstance(offered, list) or not isinstance(disabled, list):
        raise ValueError("its page does not say which extensions it has")
    names = [str(extension["name"]) for extension in offered]
    left = [name for name in names if name not in disabled]
    return Report(
        inline=all(plugin in disabled for plugin in INLINE),
        blocked=tuple(name for name in names if name in disabled and is_ai(name)),
        on=tuple(name for name in left if is_ai(name)),
        unknown=tuple(name for name in left if not is_ai(name) and name not in HARMLESS),
        off=sum(is_ai(name) for name in disabled),
    )
