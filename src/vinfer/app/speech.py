"""`vinfer speech`: the models of this machine, behind a local socket."""

import asyncio

from rich.console import Console
from rich.progress import Progress

from vinfer.adapters.models import CATALOG, ModelStore
from vinfer.adapters.speech_socket.offline import serve_speech
from vinfer.app.launch import DataDir, settings_for
from vinfer.app.settings import Settings
from vinfer.app.supervisor import say_ready, until_signal


def command(*, data_dir: DataDir = None) -> None:
    """Run the speech process: hearing, voice and understanding behind a local socket."""
    asyncio.run(run(settings_for(data_dir=data_dir)))


async def run(settings: Settings) -> None:
    """Serve until SIGTERM."""
    settings.speech.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    await asyncio.to_thread(_join_models, settings)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(
            serve_speech(
                settings.speech,
                cache_dir=settings.cache,
                model_dir=settings.models_dir,
                threads=settings.speech_threads,
                tts=settings.tts,
                ready=say_ready,
            )
        )
        await until_signal()
        serving.cancel()


def _join_models(settings: Settings) -> None:
    """Join and verify the weights before anything loads them, with a bar where someone looks on."""
    store = ModelStore(settings.cache / "models", model_dir=settings.models_dir)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        for model in bar.track(CATALOG, description="Joining and verifying models"):
            store.ensure(model)
