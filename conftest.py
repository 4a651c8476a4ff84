"""What every folder of tests shares."""

pytest_plugins = ["integration_tests.functional.harness.options"]
