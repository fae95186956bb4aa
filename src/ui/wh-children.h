/* wh-children.h: lets go of everything a template put into a widget. */
#pragma once

#include <gtk/gtk.h>

/* For dispose: gtk_widget_dispose_template clears the bound children only, the boxes around them are left to the widget. */
void wh_children_unparent (GtkWidget *parent);
