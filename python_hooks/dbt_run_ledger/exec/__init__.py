"""`run-ledger exec -- <any dbt command>`: the truth about a job, however its dbt ends.

dbt_command -> process -> core_log or v2_log -> ending -> closing
what is run    run it     what happened         how it    through the user's own dbt
                                                ended
"""
