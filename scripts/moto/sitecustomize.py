"""Python runs this before moto: interfaces of new instances were attached MOTO_ATTACHED_AGO seconds ago, as if they were old."""

import os
from datetime import timedelta

from moto.core.utils import utcnow
from moto.ec2.models import instances

ago = timedelta(seconds=int(os.environ["MOTO_ATTACHED_AGO"]))
instances.utcnow = lambda: utcnow() - ago
