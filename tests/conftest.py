"""How all tests run: the same examples each time, however busy the machine is."""

from hypothesis import settings

pytest_plugins = ["studio_browser"]  # the studio in a browser, for those that ask for it

settings.register_profile("calm", deadline=None, derandomize=True, database=None)
settings.load_profile("calm")

#: What takes longest, which comes first: a process that begins with one of these last keeps all
#: others waiting.
LONGEST = (
    "test_learning_whole.py",
    "test_docs.py",
    "test_studio_queue.py",
    "test_studio_paint.py",
    "test_learning_grains.py",
    "test_strip.py",
    "test_several.py",
    "test_studio_sound.py",
    "test_studio_hurry.py",
    "test_codec.py",
    "test_interrupts.py",
)


def pytest_collection_modifyitems(items):
    """Put the files that take longest first."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda one: place.get(one.path.name, len(place)))
