"""Images as the app prepares them: exact on canvases, found in photographs."""

import numpy as np
import pytest

from digitapp.data import written_images
from digitapp.data.example_drawings import example
from digitapp.data.written_images import WAYS, likeness, rendered
from digitapp.drawing import preprocessing
from digitapp.drawing.strokes import from_points, paint

DIGITS = [[stroke.points for stroke in example(digit)] for digit in "0123456789"]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_shows_the_digits_in_images_as_the_network_reads_them(way: str) -> None:
    images, places = rendered(DIGITS, way, np.random.default_rng(0))
    assert len(places) >= 7  # a few are not found in their photograph
    assert images.dtype == np.uint8
    assert images.shape == (len(places), 28, 28)
    for image, place in zip(images, places, strict=True):
        assert image.max() > 200
        drawn = preprocessing.stroke_image(example(str(place)))
        assert likeness(image / np.float32(255), drawn) > 0.5


def test_the_same_seed_gives_the_same_images_and_another_seed_others() -> None:
    for way in WAYS:
        first, again, other = (
            rendered(DIGITS[:3], way, np.random.default_rng(seed))[0] for seed in (1, 1, 2)
        )
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


@pytest.mark.parametrize("pen", [6, 20, 36])
def test_pixels_of_a_canvas_are_prepared_exactly_as_the_app_does(pen: float) -> None:
    canvas = paint(from_points([points.tolist() for points in DIGITS[3]], pen))
    expected = preprocessing.from_canvas(np.asarray(canvas.convert("RGBA"))).image
    found = written_images.ink_image((255 - np.asarray(canvas, dtype=np.float32)) / 255)
    assert np.array_equal(found, expected)


def test_a_written_digit_is_varied_but_keeps_its_strokes_and_points() -> None:
    rng = np.random.default_rng(3)
    varied = written_images.varied(DIGITS[4], rng)
    assert [len(stroke) for stroke in varied] == [len(stroke) for stroke in DIGITS[4]]
    whole = np.concatenate(varied)
    assert np.ptp(whole, axis=0).max() == pytest.approx(1)
    assert not np.allclose(whole, np.concatenate(written_images.varied(DIGITS[4], rng)))
