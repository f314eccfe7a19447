"""What bench/themes.py sets beside the coder: nearest definition, and BERTopic as it comes, both on the plain vectors.

BERTopic's default gives each text one topic; a topic is taken for the theme whose definition lies nearest to the mean
of its texts. Its zero-shot mode is given the definitions as topics, and what it finds beyond these counts for no theme.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from engagement.config import Settings


def best_level(near: np.ndarray, truth: np.ndarray) -> float:
    """The one threshold of plain similarity that proves best afterwards."""
    tried = np.quantile(near, np.linspace(0.5, 0.995, 100))
    return float(max(tried, key=lambda level: f1_score(truth, near > level, average="macro", zero_division=0)))


def default_topics(texts: Sequence[str], vectors: np.ndarray, themes: np.ndarray, seed: int) -> np.ndarray:
    """The theme of each text by BERTopic's default topics, as 0 or 1 [texts, themes]."""
    topics = np.array(_model(seed).fit_transform(list(texts), vectors)[0])
    given = np.zeros((len(texts), len(themes)))
    for topic in set(topics.tolist()) - {-1}:
        inside = topics == topic
        given[inside, (themes @ vectors[inside].mean(0)).argmax()] = 1
    return given


def zero_shot(texts: Sequence[str], vectors: np.ndarray, lines: Sequence[str], least: float, seed: int) -> np.ndarray:
    """The theme of each text that is as similar as `least` to a definition, by BERTopic [texts, themes]."""
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(Settings().embedding_path()), device="cpu", local_files_only=True)
    model = _model(seed, embedding_model=plain, zeroshot_topic_list=list(lines), zeroshot_min_similarity=least)
    topics, _ = model.fit_transform(list(texts), vectors)
    place = {line: number for number, line in enumerate(lines)}
    given = np.zeros((len(texts), len(lines)))
    for number, topic in enumerate(topics):
        theme = place.get(model.topic_labels_.get(topic, ""))
        if theme is not None:
            given[number, theme] = 1
    return given


def _model(seed: int, **options: Any) -> Any:
    """BERTopic with all its defaults, but a seed for the reduction, whose default is another one every time."""
    from bertopic import BERTopic
    from umap import UMAP

    warnings.filterwarnings("ignore", category=UserWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed)
    return BERTopic(umap_model=reduce, **options)
