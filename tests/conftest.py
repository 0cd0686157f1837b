"""How all tests run: the same examples each time, however busy the machine is."""

from hypothesis import settings

pytest_plugins = ["studio_browser"]  # the studio in a browser, for those that ask for it

settings.register_profile("calm", deadline=None, derandomize=True, database=None)
settings.load_profile("calm")
