"""Python runs this before moto: interfaces were attached MOTO_ATTACHED_AGO seconds ago, as if they were old.

Those of no instance count as attached, too: AWS attaches the interfaces of load balancers and gateways by itself.
"""

import os
from datetime import timedelta
from types import SimpleNamespace

from moto.core.utils import utcnow
from moto.ec2.models import instances
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

ago = timedelta(seconds=int(os.environ["MOTO_ATTACHED_AGO"]))
attached = utcnow() - ago
instances.utcnow = lambda: attached

own_attachment = NetworkInterface.attachment.fget


def attachment(eni):
    by_aws = SimpleNamespace(
        attach_time=attached,
        attachment_id=eni.id.replace("eni-", "eni-attach-"),
        delete_on_termination=False,
        device_index=1,
        instance_owner_id="amazon-aws",
        status="attached",
    )
    return own_attachment(eni) or by_aws


NetworkInterface.attachment = property(attachment)
