"""How an utterance sounds whatever the script: its sentiment, and threats or legal steps in it."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add
from typing import Final

from vinfer.adapters.nlu.examples import Examples, fit
from vinfer.lens.language import alerts, mood
from vinfer.lens.language.head import Matrix
from vinfer.ports.nlu import Meaning, SafetyIntent

ALERT_THRESHOLD: Final = 0.75  # tests/evals: no alarm on 213 everyday lines
_PLAIN: Final = 0.4  # what words that are cross or glad by themselves weigh in the sentiment


class Tone:
    """Two classifiers on fixed examples. Safe from several threads."""

    def __init__(
        self,
        examples: Callable[[tuple[str, ...]], Examples],
        library: Mapping[str, Examples],
    ) -> None:
        """Fit (0.2 s where the vectors are known). `library`: examples of the built-in intents."""
        alarming = {name: examples(texts) for name, texts in alerts.SEEDS.items()}
        felt = {name: examples(texts) for name, texts in mood.SEEDS.items()}
        everyday = examples(alerts.EVERYDAY)
        others = reduce(add, [*library.values(), *felt.values()])
        # classes weigh the same however large: the everyday lines are what is easily mistaken
        self._alerts = fit({**alarming, "everyday": everyday, "other": others}, {})
        # a wish not to be called is said in any mood, abuse in one, the other requests in none
        calm = [each for name, each in library.items() if name not in ("do_not_call", "abuse")]
        moods = {
            "positive": felt["positive"],
            "negative": felt["negative"] + library["abuse"],
            "neutral": reduce(add, calm, felt["neutral"] + everyday),
        }
        self._moods = fit(moods, {})

    def sentiment(self, vector: Matrix, text: str) -> float:
        """From -1 (furious) to 1 (delighted); `text` has its Hindi in Devanagari."""
        chances = self._moods.probabilities(vector, text)
        felt, plain = chances["positive"] - chances["negative"], mood.by_words(text)
        return round(felt if plain == 0 else (1 - _PLAIN) * felt + _PLAIN * plain, 4)

    def alerts(
        self, vector: Matrix, text: str, fired: frozenset[SafetyIntent]
    ) -> tuple[Meaning, ...]:
        """The alert that no rule has `fired` and that is as good as sure."""
        chances = self._alerts.probabilities(vector, text)
        return tuple(
            Meaning(name, round(chances[name], 4), "model")
            for name in alerts.SEEDS
            if name not in fired and chances[name] >= ALERT_THRESHOLD
        )
