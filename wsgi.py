"""The door for granian and for flask's command line: settings from the environment, no logic."""

import os

from survey.app import start

application = start(os.environ)
