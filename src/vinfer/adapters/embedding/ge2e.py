"""The GE2E speaker encoder (Wan et al. 2018; weights of Resemblyzer) in plain numpy.

Three LSTM layers of 256 over 1.6 s of 40 mel bands, a linear layer, ReLU, unit length.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vinfer.adapters.dsp import Samples
from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import GE2E

Matrix = NDArray[np.float32]
RATE_HZ: Final = 16_000
HOP_SAMPLES: Final = 160
WINDOW_FRAMES: Final = 160  # 1.6 s
_FFT: Final = 400
_BANDS: Final = 40
_UNITS: Final = 256
_LAYERS: Final = 3
_BATCH: Final = 32  # windows at a time: 5 MB a layer
_TARGET_RMS: Final = 10 ** (-30 / 20)


class Ge2eNetwork:
    """The loaded weights. Safe to share between threads."""

    def __init__(self, store: ModelStore) -> None:
        with np.load(store.path(GE2E, "ge2e.npz"), allow_pickle=False) as saved:
            weights: dict[str, Matrix] = {key: saved[key].astype(np.float32) for key in saved}
        self._layers = [
            (
                np.ascontiguousarray(weights[f"lstm.weight_ih_l{layer}"].T),
                np.ascontiguousarray(weights[f"lstm.weight_hh_l{layer}"].T),
                weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"],
            )
            for layer in range(_LAYERS)
        ]
        self._out = np.ascontiguousarray(weights["linear.weight"].T)
        self._bias = weights["linear.bias"]
        self._bands = _mel_bands().T.copy()

    def mel(self, samples: Samples) -> Matrix:
        """Mel power [frames, 40] of 16 kHz audio, quiet audio raised to -30 dBFS first."""
        rms = float(np.sqrt(np.mean(np.square(samples)) + 1e-12))
        samples = samples * np.float32(max(1.0, _TARGET_RMS / rms))
        padded = np.pad(samples, (_FFT // 2, _FFT // 2))
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::HOP_SAMPLES]
        power = np.square(np.abs(np.fft.rfft(frames * _hann(), axis=1))).astype(np.float32)
        return (power @ self._bands).astype(np.float32)

    def embed(self, windows: Matrix) -> Matrix:
        """Unit vectors [n, 256] of mel windows [n, 160, 40]."""
        parts: list[Matrix] = [
            self._embed(windows[at : at + _BATCH]) for at in range(0, len(windows), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, _UNITS), np.float32)

    def _embed(self, windows: Matrix) -> Matrix:
        sequence = windows.transpose(1, 0, 2)
        for layer in self._layers:
            sequence = _lstm(sequence, *layer)
        points = np.maximum(sequence[-1] @ self._out + self._bias, 0.0)
        points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9
        return points.astype(np.float32)


def _lstm(sequence: Matrix, of_input: Matrix, of_state: Matrix, bias: Matrix) -> Matrix:
    """Hidden states [steps, n, 256] of one layer; gates lie as input, forget, cell, output."""
    steps, count, _ = sequence.shape
    hidden = np.zeros((count, _UNITS), np.float32)
    cell = np.zeros((count, _UNITS), np.float32)
    out = np.empty((steps, count, _UNITS), np.float32)
    for step in range(steps):
        gates: Matrix = sequence[step] @ of_input + bias + hidden @ of_state
        enter, forget, candidate, leave = np.split(gates, 4, axis=1)
        cell = _sigmoid(forget) * cell + _sigmoid(enter) * np.tanh(candidate)
        hidden = _sigmoid(leave) * np.tanh(cell)
        out[step] = hidden
    return out


def _sigmoid(values: Matrix) -> Matrix:
    return (0.5 + 0.5 * np.tanh(0.5 * values)).astype(np.float32)


def _hann() -> Matrix:
    at = np.arange(_FFT) / _FFT
    return (0.5 - 0.5 * np.cos(2 * np.pi * at)).astype(np.float32)


def _mel_bands() -> Matrix:
    """Slaney's mel filters [40, 201] with unit area, as librosa's default."""
    edges = _hz(np.linspace(_mel(0.0), _mel(RATE_HZ / 2), _BANDS + 2))
    bins = np.linspace(0.0, RATE_HZ / 2, _FFT // 2 + 1)
    slopes = edges[:, None] - bins[None]
    widths = np.diff(edges)
    rising = -slopes[:-2] / widths[:-1, None]
    falling = slopes[2:] / widths[1:, None]
    bands = np.maximum(0.0, np.minimum(rising, falling))
    return (bands * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _mel(hz: float) -> float:
    if hz < 1000.0:
        return hz * 3 / 200
    return 15.0 + float(np.log(hz / 1000.0)) * 27.0 / float(np.log(6.4))


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0)
    return np.where(mel < 15.0, mel * 200 / 3, above)
