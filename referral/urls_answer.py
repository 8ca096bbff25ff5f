"""What a partner without an account opens: short, so that the code on paper is small."""

from django.urls import path

from referral.views import answering

app_name = "answer"
urlpatterns = [
    path("<slug:token>/", answering.answer, name="open"),
    path("<slug:token>/account/", answering.account, name="account"),
    path("<slug:token>/<slug:step>/", answering.step, name="step"),
]
