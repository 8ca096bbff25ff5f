"""The components of every page, in one library (a builtin of the template engine: no `{% load %}` needed).

`ui_marks` holds the small signs, `ui_parts` the parts of a page, `ui_forms` the forms. Each component has its
template in `core/templates/ui/`, whose comment gives the parameters; `/ui/` shows them all.
"""

from django.template import Library

from core.templatetags import ui_forms, ui_marks, ui_parts

register = Library()
for _library in (ui_marks.register, ui_parts.register, ui_forms.register):
    register.tags.update(_library.tags)
    register.filters.update(_library.filters)
