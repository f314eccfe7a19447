"""Turns a folder of consultation notes into evidence that is safe to share.

Nothing heavy is imported here: each verb loads what it needs when it is called.
"""

from __future__ import annotations

import os

__version__ = "0.1.0"

# Set before any library reads them: weights come from packages, never from a hub,
# and the e-mail recogniser must not fetch a list of domains.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")
