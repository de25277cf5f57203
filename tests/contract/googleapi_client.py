# SPDX-License-Identifier: Apache-2.0
"""Google's own API client for Python, driven by Google's own discovery document, works in the sandbox."""
import json
import os
import sys
import uuid

import discovery
import sandbox

try:
    from google.oauth2 import service_account
    from googleapiclient import discovery as google_discovery
    from googleapiclient.errors import HttpError
except ImportError:
    print("SKIPPED: python3-googleapi is not installed")
    sys.exit(discovery.SKIPPED)


def client(cloud, name, data):
    """Google's document with the sandbox's address in it, and nothing else changed."""
    with open(os.path.join(data, "discovery", name), encoding="utf-8") as file:
        document = json.load(file)
    document["rootUrl"] = cloud.url + "/"
    document["baseUrl"] = cloud.url + "/" + document["servicePath"]
    credentials = service_account.Credentials.from_service_account_file(
        cloud.credentials_file, scopes=["https://www.googleapis.com/auth/cloud-platform"])
    return google_discovery.build_from_document(document, credentials=credentials)


def finish(compute, operation, zone):
    while operation["status"] != "DONE":
        operation = compute.zoneOperations().wait(project="vision-lab", zone=zone, operation=operation["name"]).execute()
    assert "error" not in operation, operation
    return operation


def main():
    data = discovery.data_directory()
    if data is None:
        print("SKIPPED: NIMBOOK_CONTRACT_DATA does not name a folder with discovery documents")
        return discovery.SKIPPED
    with sandbox.Sandbox() as cloud:
        compute = client(cloud, "compute.v1.trimmed.r20260722.from-proto.json", data)
        manager = client(cloud, "cloudresourcemanager.v3.trimmed.r20260218.json", data)
        projects = [p["projectId"] for p in manager.projects().search().execute()["projects"]]
        assert projects == ["empty-lab", "vision-lab"], projects

        zone = "us-central1-a"
        place = {"project": "vision-lab", "zone": zone}
        found = []
        request = compute.instances().aggregatedList(project="vision-lab", maxResults=2, returnPartialSuccess=True)
        while request is not None:
            page = request.execute()
            for scope in page["items"].values():
                found += [machine["name"] for machine in scope.get("instances", [])]
            request = compute.instances().aggregatedList_next(request, page)
        assert len(found) == len(set(found)) == 6, found

        body = {
            "name": "from-google",
            "machineType": f"zones/{zone}/machineTypes/e2-small",
            "disks": [{"boot": True, "autoDelete": True, "initializeParams": {
                "sourceImage": "projects/debian-cloud/global/images/family/debian-12", "diskSizeGb": "20"}}],
            "networkInterfaces": [{"network": "global/networks/default", "accessConfigs": [{"type": "ONE_TO_ONE_NAT", "name": "External NAT"}]}],
        }
        key = str(uuid.uuid4())
        operation = compute.instances().insert(body=body, requestId=key, **place).execute()
        again = compute.instances().insert(body=body, requestId=key, **place).execute()
        assert again["name"] == operation["name"]
        finish(compute, operation, zone)
        one = {"instance": "from-google", **place}
        assert compute.instances().get(**one).execute()["status"] == "RUNNING"
        finish(compute, compute.instances().stop(**one).execute(), zone)
        assert compute.instances().get(**one).execute()["status"] == "TERMINATED"
        finish(compute, compute.instances().start(**one).execute(), zone)
        machine = compute.instances().get(**one).execute()
        assert machine["status"] == "RUNNING"
        metadata = machine["metadata"]
        metadata["items"] = metadata.get("items", []) + [{"key": "note", "value": "by google's client"}]
        finish(compute, compute.instances().setMetadata(body=metadata, **one).execute(), zone)
        try:
            compute.instances().setMetadata(body=metadata, **one).execute()
            raise AssertionError("a stale fingerprint was accepted")
        except HttpError as error:
            assert error.resp.status == 412, error
        finish(compute, compute.instances().delete(**one).execute(), zone)
        try:
            compute.instances().get(**one).execute()
            raise AssertionError("the machine is still there")
        except HttpError as error:
            assert error.resp.status == 404, error
    print("googleapi: search, list, create, stop, start, metadata, delete: good")
    return 0


if __name__ == "__main__":
    sys.exit(main())
