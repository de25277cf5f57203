# SPDX-License-Identifier: Apache-2.0
"""Apache Libcloud's GCE driver, which nobody here wrote, lists, creates, stops, starts and deletes in the sandbox."""
import os
import sys
import tempfile
import urllib.parse

try:
    import libcloud.common.google as google
    from libcloud.compute.drivers.gce import GCEConnection, GCENodeDriver
except ImportError:
    print("SKIPPED: python3-libcloud is not installed")
    sys.exit(77)

import sandbox


def main():
    with sandbox.Sandbox() as cloud, tempfile.TemporaryDirectory() as folder:
        port = urllib.parse.urlsplit(cloud.url).port

        # Only the address changes; the sign-in gets secure and port from the connection.
        google.GoogleBaseAuthConnection.host = GCEConnection.host = "127.0.0.1"
        original = GCEConnection.__init__

        def init(self, user_id, key, secure, **kwargs):
            original(self, user_id, key, secure, port=port, **kwargs)

        GCEConnection.__init__ = init
        driver = GCENodeDriver(cloud.credentials["client_email"], cloud.credentials_file, project="vision-lab", secure=False,
                               datacenter="us-central1-a", auth_type=google.GoogleAuthType.SA,
                               credential_file=os.path.join(folder, "token"))
        names = {node.name for node in driver.list_nodes(ex_zone="all")}
        assert {"trainer-1", "eval-2", "old-t4"} <= names, names
        assert "g2-standard-8" in {size.name for size in driver.list_sizes("us-central1-a")}
        assert "us-central1-a" in {zone.name for zone in driver.list_locations()}
        assert "nvidia-l4" in driver.ex_get_accelerator_type("nvidia-l4", "us-central1-a").name

        node = driver.create_node("from-libcloud", "e2-small", "debian-12", location="us-central1-a",
                                  ex_image_family=None, ex_metadata={"items": [{"key": "enable-guest-attributes", "value": "TRUE"}]})
        assert node.state == "running" and node.public_ips and node.public_ips[0].startswith("127."), (node.state, node.public_ips)
        assert driver.ex_get_serial_output(node)
        assert driver.ex_stop_node(node)
        node = driver.ex_get_node("from-libcloud", "us-central1-a")
        assert node.extra["status"] == "TERMINATED", node.extra["status"]
        assert driver.ex_start_node(node)
        node = driver.ex_get_node("from-libcloud", "us-central1-a")
        assert node.extra["status"] == "RUNNING", node.extra["status"]
        assert driver.reboot_node(node)
        assert driver.ex_set_node_labels(node, {"made-by": "libcloud"})
        assert driver.ex_get_node("from-libcloud", "us-central1-a").extra["labels"] == {"made-by": "libcloud"}
        assert driver.destroy_node(node)
        assert "from-libcloud" not in {node.name for node in driver.list_nodes(ex_zone="all")}
    print("libcloud: list, create, stop, start, reset, label, delete: good")
    return 0


if __name__ == "__main__":
    sys.exit(main())
