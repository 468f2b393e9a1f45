"""Generate Keras code for data augmentation, for `scripts`; the counterpart of `augmentation`."""

from __future__ import annotations

from digitapp.training.spec import Augmentation

_HEAD = """\
# The network never sees the same image twice, and so learns what matters.
def augment(images, step):"""

_AUGMENT = f"""\
{_HEAD}
    # For each image seven random numbers from -1 to 1, other ones in every step.
    random = tf.random.stateless_uniform((7, tf.shape(images)[0]), [seed, step], -1.0, 1.0)"""

_TRANSFORM = """\
    # Where in the old image each pixel of the new one comes from (13.5, 13.5: the middle).
    matrix = [a, b, 13.5 - a * x - b * y, c, d, 13.5 - c * x - d * y, zero, zero]
    images = tf.raw_ops.ImageProjectiveTransformV3(
        images=images[..., None],
        transforms=tf.stack(matrix, axis=1),
        output_shape=(28, 28),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )[..., 0]"""

_THICKNESS = """\
    # Thicker lines: each pixel becomes more like its brightest neighbour; thinner: its darkest.
    thicker = tf.nn.max_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
    thinner = -tf.nn.max_pool2d(-images[..., None], 3, 1, "SAME")[..., 0]
    amount = random[6][:, None, None] * {thickness}
    grow, shrink = tf.nn.relu(amount), 0.5 * tf.nn.relu(-amount)
    images = images + grow * (thicker - images) + shrink * (thinner - images)"""

_WORN = """\
    # More random numbers, from 0 to 1, for what wears the ink.
    worn = tf.random.stateless_uniform((13, tf.shape(images)[0]), [seed + 1, step])"""

_PLACES = """\
    places = tf.range(28, dtype=tf.float32)"""

_BLUR = """\
    # Blur: each pixel becomes a mean of those around it, in its row and in its column.
    apart = tf.square(places[:, None] - places[None, :])
    weights = tf.exp(-apart / (2 * tf.square(worn[0] * {blur})[:, None, None] + 1e-6))
    weights = weights / tf.reduce_sum(weights, axis=2, keepdims=True)
    images = tf.matmul(tf.matmul(weights, images), weights, transpose_b=True)"""

_PRESSURE = """\
    # Pressure: the ink is weaker towards one side.
    middle = (places - 13.5) / 28
    weaker, direction = worn[1] * {pressure}, worn[2] * (2 * 3.14159265)
    across = tf.cos(direction)[:, None, None] * middle[None, None, :]
    down = tf.sin(direction)[:, None, None] * middle[None, :, None]
    share = tf.clip_by_value(0.5 + across + down, 0.0, 1.0)
    images = images * (1 - weaker[:, None, None] * share)"""

_BREAKS = """\
    # Breaks: the ink fades in three small gaps.
    x, y = worn[4:7, :, None, None] * 28, worn[7:10, :, None, None] * 28
    deep = worn[10:, :, None, None] * {breaks}
    apart = tf.square(places[None, None, None, :] - x) + tf.square(places[None, None, :, None] - y)
    images = images * tf.reduce_prod(1 - deep * tf.exp(-apart / (2 * 1.2**2)), axis=0)"""

_NOISE = """\
    # Noise: grain in and around the ink.
    grain = tf.random.stateless_normal(tf.shape(images), [seed + 1, step])
    grain = grain * worn[3][:, None, None] * {noise}
    near = tf.nn.max_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
    images = tf.clip_by_value(images + grain * near, 0.0, 1.0)"""


def augmentation(how: Augmentation) -> str:
    """Return the code of `augment(images, step)`; empty if there is no augmentation."""
    if not how:
        return ""
    moving = _moving(how) if how.rotate or how.shift or how.scale or how.slant else []
    thickness = [_THICKNESS.format(thickness=how.thickness)] if how.thickness else []
    first = [_AUGMENT, *moving, *thickness] if moving or thickness else [_HEAD]
    return "\n".join([*first, *_wearing(how), "    return images"])


def _wearing(how: Augmentation) -> list[str]:
    """Return the code for blur, pen pressure, breaks and noise."""
    sizes = {"blur": how.blur, "pressure": how.pressure, "breaks": how.breaks, "noise": how.noise}
    pieces = {"blur": _BLUR, "pressure": _PRESSURE, "breaks": _BREAKS, "noise": _NOISE}
    found = [pieces[name].format(**{name: size}) for name, size in sizes.items() if size]
    placed = [_PLACES] if how.blur or how.pressure or how.breaks else []
    return [_WORN, *placed, *found] if found else []


def _moving(how: Augmentation) -> list[str]:
    """Return the code for rotation, scale, slant and shift, as far as they are used."""
    found = ["    zero = tf.zeros_like(random[0])"]
    if how.rotate:
        turn = f"random[0] * {how.rotate} * (3.14159265 / 180)"
        found.append(f"    angle = {turn}  # rotate by up to {how.rotate:g} degrees")
        found.append("    cos, sin = tf.cos(angle), tf.sin(angle)")
    else:
        found.append("    one = tf.ones_like(random[0])")
    if how.scale:
        share = f"  # stretch or shrink by up to {how.scale * 100:g} %"
        found.append(f"    wide = 1 + random[1] * {how.scale}{share}, sideways")
        found.append(f"    tall = 1 + random[2] * {how.scale}{share}, upwards")
    if how.slant:
        found.append(f"    slant = random[3] * {how.slant}  # lean to the left or to the right")
    pixels = f"  # shift by up to {how.shift:g} pixels"
    x, y = (f" + random[{row}] * {how.shift}{pixels}" if how.shift else "" for row in (4, 5))
    found += [f"    x = 13.5{x}", f"    y = 13.5{y}"]
    return [*found, *_matrix(how), _TRANSFORM]


def _matrix(how: Augmentation) -> list[str]:
    """Return the code for the matrix entries a, b, c and d, without terms that are zero."""
    sides = ("wide", "wide", "tall", "tall") if how.scale else ("", "", "", "")
    terms = _TERMS[bool(how.rotate), bool(how.slant)]
    a, b, c, d = (_divided(term, side) for term, side in zip(terms, sides, strict=True))
    return [f"    a, b = {a}, {b}", f"    c, d = {c}, {d}"]


def _divided(term: str, side: str) -> str:
    if not side or term == "zero":
        return term
    return f"({term}) / {side}" if " " in term else f"{term} / {side}"


# The matrix entries a, b, c and d, by (rotation, slant).
_TERMS = {
    (True, True): ("cos", "slant * cos + sin", "-sin", "cos - slant * sin"),
    (True, False): ("cos", "sin", "-sin", "cos"),
    (False, True): ("one", "slant", "zero", "one"),
    (False, False): ("one", "zero", "zero", "one"),
}
