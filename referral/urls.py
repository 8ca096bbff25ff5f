"""Pages of referrals."""

from django.urls import path

from referral.views import (
    approvals,
    board,
    inbox,
    listing,
    referrals,
    routes,
    rules,
    sending,
    tasks,
    work,  # noqa: F401 - offers items to the home page
)

app_name = "referral"
urlpatterns = [
    path("", listing.outgoing, name="list"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("approvals/", approvals.waiting, name="approvals"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("board/", board.board, name="board"),
    path("new/<uuid:need_pk>/", sending.new, name="new"),
    path("of-case/<uuid:case_pk>/", inbox.for_case, name="for_case"),
    path("<uuid:pk>/", referrals.detail, name="detail"),
    path("<uuid:pk>/share/", sending.share, name="share"),
    path("<uuid:pk>/send/", sending.send, name="send"),
    path("<uuid:pk>/route/", routes.plan, name="route"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.new_rule, name="new_rule"),
    path("rules/<uuid:pk>/end/", rules.end_rule, name="end_rule"),
    path("desk/<uuid:need_pk>/", rules.desk, name="desk"),
    path("routes/<uuid:pk>/", routes.answer, name="route_answer"),
    path("<uuid:pk>/message/", referrals.message, name="message"),
    path("<uuid:pk>/worker/", referrals.worker, name="worker"),
    path("<uuid:pk>/steps/<slug:step>/", referrals.step, name="step"),
]
