"""Pages of referrals."""

from django.urls import path

from referral.views import (
    ageing,
    amending,
    approvals,
    board,
    calls,
    corrections,
    inbox,
    listing,
    onward,
    referrals,
    register,
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
    path("ageing/", ageing.ageing, name="ageing"),
    path("unmet/", register.register, name="unmet"),
    path("unmet/<uuid:need_pk>/", register.nothing_fits, name="nothing_fits"),
    path("corrections/", corrections.waiting, name="corrections"),
    path("corrections/<uuid:pk>/", corrections.settle, name="settle_correction"),
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
    path("<uuid:pk>/again/", onward.again, name="again"),
    path("<uuid:pk>/plan/<slug:code>/", onward.plan, name="plan"),
    path("<uuid:pk>/own-case/", onward.own_case, name="own_case"),
    path("<uuid:pk>/refer-on/", onward.refer_on, name="refer_on"),
    path("<uuid:pk>/amend/", amending.amend, name="amend"),
    path("<uuid:pk>/changes/", amending.changes, name="changes"),
    path("<uuid:pk>/call/", calls.call, name="call"),
    path("<uuid:pk>/message/", referrals.message, name="message"),
    path("<uuid:pk>/worker/", referrals.worker, name="worker"),
    path("<uuid:pk>/steps/<slug:step>/", referrals.step, name="step"),
]
