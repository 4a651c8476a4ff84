{#- Per system: the variables that give it away, and which variables hold each fact, the first that is set. The innermost
    one that starts dbt comes first: an orchestrator may itself run on a CI system. -#}
{% macro ci_systems() %}
  {{- return([
    {'name': 'dbt_cloud', 'sign': 'DBT_CLOUD_RUN_ID', 'facts':
      'run_id: DBT_CLOUD_RUN_ID, job: DBT_CLOUD_JOB_ID, reason: DBT_CLOUD_RUN_REASON, sha: DBT_CLOUD_GIT_SHA, '
      ~ 'branch: DBT_CLOUD_GIT_BRANCH'},
    {'name': 'airflow', 'sign': 'AIRFLOW_CTX_DAG_RUN_ID', 'facts':
      'run_id: AIRFLOW_CTX_DAG_RUN_ID, attempt: AIRFLOW_CTX_TRY_NUMBER, job: AIRFLOW_CTX_TASK_ID, '
      ~ 'actor: AIRFLOW_CTX_DAG_OWNER, sha: GIT_SHA|GIT_COMMIT, branch: GIT_BRANCH'},
    {'name': 'dagster', 'sign': 'DAGSTER_DBT_CLI|DAGSTER_RUN_ID', 'facts':
      'run_id: DAGSTER_RUN_ID, job: DAGSTER_RUN_JOB_NAME, sha: DAGSTER_CLOUD_GIT_SHA|GIT_SHA, '
      ~ 'branch: DAGSTER_CLOUD_GIT_BRANCH|GIT_BRANCH'},
    {'name': 'github', 'sign': 'GITHUB_ACTIONS', 'facts':
      'run_id: GITHUB_RUN_ID, attempt: GITHUB_RUN_ATTEMPT, job: GITHUB_JOB, actor: GITHUB_ACTOR, '
      ~ 'reason: GITHUB_EVENT_NAME, sha: GITHUB_SHA, branch: GITHUB_HEAD_REF|GITHUB_REF_NAME'},
    {'name': 'gitlab', 'sign': 'GITLAB_CI', 'facts':
      'run_id: CI_PIPELINE_ID, attempt: CI_JOB_ID, job: CI_JOB_NAME, actor: GITLAB_USER_LOGIN, '
      ~ 'reason: CI_PIPELINE_SOURCE, sha: CI_COMMIT_SHA, branch: CI_COMMIT_REF_NAME'},
    {'name': 'azure', 'sign': 'TF_BUILD', 'facts':
      'run_id: BUILD_BUILDID, attempt: SYSTEM_JOBATTEMPT, job: SYSTEM_DEFINITIONNAME, actor: BUILD_REQUESTEDFOR, '
      ~ 'reason: BUILD_REASON, sha: BUILD_SOURCEVERSION, branch: BUILD_SOURCEBRANCHNAME'},
    {'name': 'bitbucket', 'sign': 'BITBUCKET_BUILD_NUMBER', 'facts':
      'run_id: BITBUCKET_BUILD_NUMBER, actor: BITBUCKET_STEP_TRIGGERER_UUID, sha: BITBUCKET_COMMIT, '
      ~ 'branch: BITBUCKET_BRANCH'},
    {'name': 'circleci', 'sign': 'CIRCLECI', 'facts':
      'run_id: CIRCLE_WORKFLOW_ID, attempt: CIRCLE_BUILD_NUM, job: CIRCLE_JOB, actor: CIRCLE_USERNAME, '
      ~ 'sha: CIRCLE_SHA1, branch: CIRCLE_BRANCH'},
    {'name': 'jenkins', 'sign': 'JENKINS_URL', 'facts':
      'run_id: BUILD_TAG|BUILD_ID, job: JOB_NAME, sha: GIT_COMMIT, branch: GIT_BRANCH'},
  ]) -}}
{% endmacro %}
