"""Pages of persons and cases. Addresses hold identifiers only, never a name."""

from django.urls import path

from cases.views import (
    approvals,
    assessments,
    cases,
    changes,
    closing,
    exports,
    intake,
    listing,
    plans,
    work,  # noqa: F401 - offers items to the home page
)

app_name = "cases"
urlpatterns = [
    path("", listing.list_, name="list"),
    path("new/", intake.new, name="new"),
    path("new/person/", intake.register, name="register"),
    path("exports/", exports.list_, name="exports"),
    path("exports/new/<slug:listing>/", exports.new, name="export_new"),
    path("exports/<uuid:pk>/", exports.detail, name="export"),
    path("exports/<uuid:pk>/ask/", exports.ask, name="export_ask"),
    path("exports/<uuid:pk>/end/", exports.end, name="export_end"),
    path("exports/<uuid:pk>/file/", exports.take, name="export_take"),
    path("persons/<uuid:person_pk>/consent/", intake.consent, name="consent"),
    path("persons/<uuid:person_pk>/open/", intake.open_, name="open"),
    path("consents/<uuid:consent_pk>/withdraw/", changes.withdraw, name="withdraw"),
    path("needs/<uuid:need_pk>/settle/", changes.settle, name="settle"),
    path("tasks/<uuid:task_pk>/finish/", plans.finish, name="finish"),
    path("approvals/", approvals.queue, name="approvals"),
    path("approvals/<uuid:pk>/", approvals.decide, name="approval"),
    path("approvals/<uuid:pk>/take-back/", approvals.take_back, name="take_back"),
    path("<uuid:pk>/", cases.detail, name="detail"),
    path("<uuid:case_pk>/need/", intake.need, name="need"),
    path("<uuid:case_pk>/contact/", changes.contact, name="contact"),
    path("<uuid:case_pk>/task/", plans.task, name="task"),
    path("<uuid:case_pk>/reassign/", changes.reassign, name="reassign"),
    path("<uuid:case_pk>/steps/close/", closing.close, name="close"),
    path("<uuid:case_pk>/steps/<slug:step>/", changes.step, name="step"),
    path("<uuid:case_pk>/assessment/", assessments.assessment, name="assessment"),
    path("<uuid:case_pk>/assessment/start/", assessments.start, name="start_assessment"),
    path("<uuid:case_pk>/review/", assessments.review, name="review"),
    path("assessments/<uuid:pk>/<slug:page>/", assessments.assess, name="assess"),
    path("tasks/<uuid:task_pk>/reopen/", plans.reopen, name="reopen_task"),
    path("<uuid:case_pk>/plan/", plans.plan, name="plan"),
    path("<uuid:case_pk>/plan/goal/", plans.goal, name="goal"),
    path("<uuid:case_pk>/plan/agreed/", plans.agree, name="agree"),
    path("<uuid:case_pk>/plan/appointment/", plans.appointment, name="appointment"),
    path("goals/<uuid:pk>/", plans.change, name="change_goal"),
    path("appointments/<uuid:pk>/", plans.attendance, name="attendance"),
]
