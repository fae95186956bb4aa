#include "wh-children.h"

void
wh_children_unparent (GtkWidget *parent)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (parent)))
    gtk_widget_unparent (child);
}
