/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-sell-page.h"

#include "app-cart-row.h"
#include "app-fold.h"
#include "app-format.h"
#include "app-key-button.h"
#include "app-parked-row.h"
#include "app-product-row.h"
#include "app-quick-keys.h"

#include "base-money.h"

#include <glib/gi18n.h>

struct _AppSellPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AppFold *fold;
  GtkStack *cart_stack, *side;
  GtkListView *cart_list;
  GtkSingleSelection *cart_selection, *result_selection, *parked_selection;
  GtkLabel *counts, *sums, *total_name, *total_sign, *total, *search_empty;
  GtkStack *search_stack, *parked_stack;
  GtkStackPage *parked_page;
  AppInput *input;
  AppQuickKeys *quick_keys;
  AppKeyButton *pay_button;
  GtkWidget *side_button;
  AppLane *lane;
  AppMode mode;
  gboolean updating, side_wanted;
};

G_DEFINE_FINAL_TYPE (AppSellPage, app_sell_page, GTK_TYPE_WIDGET)

static const char *
currency_of (AppSellPage *self)
{
  return till_station_currency (app_lane_station (self->lane));
}

/* --- totals --- */

static void
show_counts (AppSellPage *self, TillSale *sale)
{
  gint64 discount_minor, tax_minor;
  guint lines, pieces;
  g_autofree char *discount = NULL, *tax = NULL, *line_words = NULL, *piece_words = NULL,
                  *counts = NULL, *sums = NULL;

  g_object_get (sale, "discount-minor", &discount_minor, "tax-minor", &tax_minor, "line-count",
                &lines, "piece-count", &pieces, NULL);
  discount = app_format_sum (discount_minor, currency_of (self));
  tax = app_format_sum (tax_minor, currency_of (self));
  line_words = g_strdup_printf (ngettext ("%u line", "%u lines", lines), lines);
  /* Translators: how many pieces the lines hold. */
  piece_words = g_strdup_printf (ngettext ("%u item", "%u items", pieces), pieces);
  counts = g_strdup_printf ("%s · %s", line_words, piece_words);
  if (discount_minor > 0)
    /* Translators: what was taken off, then the tax in the sum. */
    sums = g_strdup_printf (_ ("Discount −%s · tax %s"), discount, tax);
  else
    /* Translators: the tax in the sum. */
    sums = g_strdup_printf (_ ("Tax %s"), tax);
  gtk_label_set_text (self->counts, counts);
  gtk_label_set_text (self->sums, sums);
}

static const char *
print_words (const char *state)
{
  if (g_strcmp0 (state, "printed") == 0)
    return _ ("receipt printed");
  if (g_strcmp0 (state, "sent") == 0)
    return _ ("receipt sent to the printer");
  if (g_strcmp0 (state, "attention") == 0)
    return _ ("receipt waits: look at the printer");
  if (g_strcmp0 (state, "skipped") == 0)
    return _ ("no receipt");
  return state != NULL ? _ ("receipt printing…") : _ ("receipt to be printed");
}

/* Between two customers: what the last one gets back stays in sight until the next thing is
 * scanned. */
static void
show_last (AppSellPage *self, const AppLast *last)
{
  g_autofree char *total = app_format_money (last->total_minor, currency_of (self));
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, last->receipt_no);
  /* Translators: a receipt's number, then what the sale came to. */
  g_autofree char *counts = g_strdup_printf (_ ("Last sale: receipt %s, %s"), digits, total);

  gtk_label_set_text (self->counts, counts);
  gtk_label_set_text (self->sums, print_words (last->print));
}

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}

static void
show_totals (AppSellPage *self, TillSale *sale)
{
  const AppLast *last = app_lane_last (self->lane);
  gboolean between = till_sale_is_empty (sale) && last->receipt_no != 0
                     && g_list_model_get_n_items (till_sale_lines (sale)) == 0;
  gboolean has_change = between && last->change_minor > 0;
  gboolean stored = between && !has_change && last->tone == APP_TONE_STORED;
  gint64 shown = has_change ? last->change_minor
                 : between  ? last->total_minor
                            : till_sale_total_minor (sale);
  const char *name = has_change ? _ ("Change")
                     : stored   ? _ ("Stored, not yet approved")
                     : between  ? _ ("Paid")
                                : _ ("Total");
  g_autofree char *sum = app_format_sum (shown, currency_of (self));
  g_autofree char *money = app_format_money (till_sale_left_minor (sale), currency_of (self));
  /* Translators: the button that leads to the pay page; a sum follows. */
  g_autofree char *pay
      = till_sale_is_empty (sale) ? g_strdup (_ ("Pay")) : g_strdup_printf (_ ("Pay  %s"), money);

  gtk_label_set_text (self->total_sign, base_money_sign (currency_of (self)));
  gtk_label_set_text (self->total, sum);
  gtk_label_set_text (self->total_name, name);
  set_class (self->total, "change", between && !stored);
  set_class (self->total, "stored", stored);
  app_key_button_set_title (self->pay_button, pay);
  if (between)
    show_last (self, last);
  else
    show_counts (self, sale);
}

/* --- lists --- */

static void
scroll_to_selected (AppSellPage *self)
{
  guint selected = gtk_single_selection_get_selected (self->cart_selection);

  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->cart_list), "list.scroll-to-item", "u", selected);
}

static void
on_clock_layout_cb (AppSellPage *self, GdkFrameClock *clock)
{
  g_signal_handlers_disconnect_by_func (clock, on_clock_layout_cb, self);
  scroll_to_selected (self);
}

/* Once more when the rows have their heights: the marked one is taller than the others, and a new
 * one has none before. GTK lays out again what is asked for during the layout, so the line that was
 * scanned is in sight in the first frame that has it. */
static void
scroll_in_this_frame (AppSellPage *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  scroll_to_selected (self);
  if (clock == NULL)
    return;
  g_signal_handlers_disconnect_by_func (clock, on_clock_layout_cb, self);
  g_signal_connect_object (clock, "layout", G_CALLBACK (on_clock_layout_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
show_cart (AppSellPage *self, TillSale *sale)
{
  guint count = g_list_model_get_n_items (till_sale_lines (sale));
  guint selected = app_lane_selected_line (self->lane);

  gtk_stack_set_visible_child_name (self->cart_stack, count > 0 ? "list" : "empty");
  if (selected == 0 || selected > count
      || gtk_single_selection_get_selected (self->cart_selection) == selected - 1)
    return;
  self->updating = TRUE;
  gtk_single_selection_set_selected (self->cart_selection, selected - 1);
  self->updating = FALSE;
  scroll_in_this_frame (self);
}

static void
show_side (AppSellPage *self)
{
  AppMode mode = app_lane_mode (self->lane);
  const char *name = "keys";

  if (mode != self->mode)
    {
      if (mode == APP_MODE_SEARCH)
        name = "search";
      else if (mode == APP_MODE_RECALL)
        name = "parked";
      else if (mode != APP_MODE_ITEM)
        name = "pad";
      gtk_stack_set_visible_child_name (self->side, name);
      self->mode = mode;
      self->side_wanted = FALSE;
    }
  gtk_widget_set_visible (self->side_button, app_fold_is_folded (self->fold));
  app_fold_set_reveal_end (self->fold, !app_fold_is_folded (self->fold) || mode != APP_MODE_ITEM
                                           || self->side_wanted);
}

static void
select_row (AppSellPage *self, GtkSingleSelection *selection)
{
  guint row = app_lane_selected_row (self->lane);

  if (row >= g_list_model_get_n_items (G_LIST_MODEL (selection)))
    return;
  self->updating = TRUE;
  gtk_single_selection_set_selected (selection, row);
  self->updating = FALSE;
}

static void
show_results (AppSellPage *self)
{
  GListModel *results = app_lane_results (self->lane);
  gboolean has_text = *app_lane_line_text (self->lane) != '\0';
  gboolean found = results != NULL && g_list_model_get_n_items (results) > 0;

  gtk_label_set_text (self->search_empty,
                      results != NULL && has_text
                          ? _ ("Nothing like that in this shop")
                          : _ ("Type a name, its pinyin initials, or part of a code"));
  if (results != NULL || !has_text)
    gtk_stack_set_visible_child_name (self->search_stack, found ? "list" : "empty");
  if (app_lane_mode (self->lane) == APP_MODE_SEARCH)
    select_row (self, self->result_selection);
}

static void
show_parked (AppSellPage *self)
{
  GListModel *parked = app_lane_parked (self->lane);
  guint count = parked != NULL ? g_list_model_get_n_items (parked) : 0;
  /* Translators: the tab of parked sales, with their number. */
  g_autofree char *title
      = count > 0 ? g_strdup_printf (_ ("Parked %u"), count) : g_strdup (_ ("Parked"));

  gtk_stack_page_set_title (self->parked_page, title);
  gtk_stack_set_visible_child_name (self->parked_stack, count > 0 ? "list" : "empty");
  if (app_lane_mode (self->lane) == APP_MODE_RECALL)
    select_row (self, self->parked_selection);
}

static void
on_lane_changed_cb (AppSellPage *self, AppLane *lane)
{
  TillSale *sale = app_lane_sale (lane);

  show_totals (self, sale);
  show_cart (self, sale);
  show_side (self);
  show_results (self);
  show_parked (self);
}

static void
on_lane_sale_cb (AppSellPage *self, GParamSpec *pspec, AppLane *lane)
{
  self->updating = TRUE;
  gtk_single_selection_set_model (self->cart_selection, till_sale_lines (app_lane_sale (lane)));
  self->updating = FALSE;
  on_lane_changed_cb (self, lane);
}

static void
on_lane_results_cb (AppSellPage *self, GParamSpec *pspec, AppLane *lane)
{
  /* While the next results are on their way, the last ones stay: nothing flickers. */
  if (app_lane_results (lane) != NULL || *app_lane_line_text (lane) == '\0')
    gtk_single_selection_set_model (self->result_selection, app_lane_results (lane));
}

static void
on_lane_parked_cb (AppSellPage *self, GParamSpec *pspec, AppLane *lane)
{
  gtk_single_selection_set_model (self->parked_selection, app_lane_parked (lane));
}

static void
on_cart_selected_cb (AppSellPage *self)
{
  guint selected = gtk_single_selection_get_selected (self->cart_selection);

  if (!self->updating && self->lane != NULL && selected != GTK_INVALID_LIST_POSITION)
    app_lane_select_line (self->lane, selected + 1);
}

static void
on_row_activate_cb (AppSellPage *self, guint position)
{
  app_lane_select_row (self->lane, position);
  app_lane_act (self->lane, "enter", NULL);
}

/* A tap on a tab means its mode, and typing goes on in the input line. The side changes by itself,
 * too, where Enter has opened another page: that one keeps the focus. */
static void
on_side_changed_cb (AppSellPage *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->side);
  AppMode mode = g_strcmp0 (name, "search") == 0   ? APP_MODE_SEARCH
                 : g_strcmp0 (name, "parked") == 0 ? APP_MODE_RECALL
                                                   : APP_MODE_ITEM;

  if (self->lane == NULL || g_strcmp0 (name, "pad") == 0)
    return;
  self->mode = mode;
  app_lane_set_mode (self->lane, mode);
  if (g_str_equal (app_lane_page (self->lane), "sell"))
    app_input_take_focus (self->input);
}

static void
on_folded_cb (AppSellPage *self)
{
  if (self->lane != NULL)
    show_side (self);
}

static void
app_sell_page_dispose (GObject *object)
{
  AppSellPage *self = APP_SELL_PAGE (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_sell_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, fold);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, cart_stack);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, side);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, cart_list);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, cart_selection);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, result_selection);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, parked_selection);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, counts);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, sums);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, total_name);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, total_sign);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, total);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, search_empty);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, search_stack);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, parked_stack);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, parked_page);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, input);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, quick_keys);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, pay_button);
  gtk_widget_class_bind_template_child (widget_class, AppSellPage, side_button);
}

static void
app_sell_page_class_init (AppSellPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_sell_page_dispose;
  g_type_ensure (APP_TYPE_FOLD);
  g_type_ensure (APP_TYPE_INPUT);
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  g_type_ensure (APP_TYPE_QUICK_KEYS);
  g_type_ensure (APP_TYPE_CART_ROW);
  g_type_ensure (APP_TYPE_PRODUCT_ROW);
  g_type_ensure (APP_TYPE_PARKED_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-sell-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_cart_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_side_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_folded_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_sell_page_init (AppSellPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_sell_page_follow (AppSellPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  app_input_follow (self->input, lane);
  app_quick_keys_follow (self->quick_keys, lane);
  app_key_button_follow_all (GTK_WIDGET (self), lane);
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (lane, "notify::sale", G_CALLBACK (on_lane_sale_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (lane, "notify::results", G_CALLBACK (on_lane_results_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (lane, "notify::parked", G_CALLBACK (on_lane_parked_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_sale_cb (self, NULL, lane);
}

AppInput *
app_sell_page_input (AppSellPage *self)
{
  return self->input;
}

void
app_sell_page_press_quick_key (AppSellPage *self, guint place)
{
  app_quick_keys_press (self->quick_keys, place);
}

void
app_sell_page_toggle_side (AppSellPage *self)
{
  self->side_wanted = !app_fold_get_reveal_end (self->fold);
  if (self->side_wanted)
    gtk_stack_set_visible_child_name (self->side, "keys");
  else
    app_lane_set_mode (self->lane, APP_MODE_ITEM);
  show_side (self);
}
