/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-preload.h"

#include "paper-raster.h"

/* Letters, digits and the words nearly every receipt has; drawing them loads both weights and fills the glyph caches. */
static const char letters[] = "0123456789.,:;%#*×+-−=/()[]¥$€£ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz…’";
static const char words[] = "小票单号时间收银员商品名称数量价金额合计总折扣优惠税率不含共件现支付找零应实银行卡微信宝已批准"
                            "存未机构授权码终端流水交易日期欢迎光临谢惠顾店地址电话退货换凭证签字训练模式补打作废";

void
paper_preload (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (PaperLayout) layout = NULL;
  g_autoptr (PaperRaster) raster = NULL;

  for (guint bold = 0; bold < 2; bold++)
    {
      shop_receipt_columns (receipt, letters, "1", "2", bold == 1, 1);
      shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, bold == 1, words);
    }
  shop_receipt_text (receipt, SHOP_ALIGN_CENTRE, 2, TRUE, "0123456789.,¥合计");
  shop_receipt_boxed (receipt, letters);
  layout = paper_layout_new (receipt, 576, NULL);
  raster = paper_raster_new (layout);
}
