from vinfer.adapters.models.catalog import WHISPER_BASE
from vinfer.adapters.stt.languages import INDIAN
from vinfer.lens.quality import quality_of


def test_every_language_of_the_own_engine_but_english_is_labelled():
    labels = {code: quality_of(engine=WHISPER_BASE.id, language=f"{code}-IN") for code in INDIAN}
    assert labels.pop("hi") == "rough"
    assert set(labels.values()) == {"gist"}
    assert quality_of(engine=WHISPER_BASE.id, language="en-IN") is None


def test_nothing_is_said_of_engines_that_nobody_measured():
    assert quality_of(engine="sarvam/saarika", language="ta-IN") is None
    assert quality_of(engine=None, language="hi") is None
