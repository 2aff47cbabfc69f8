"""Documents as builders make them: a bilingual statement on one page, an account of many pages, a letter."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal


def pair(zh: str, en: str) -> dict:
    return {"zh": zh, "en": en}


LESSOR = {"role": pair("出租方", "Lessor"), "lines": [
    pair("北京北岭算力科技有限公司", "Beijing Beiling Compute Technology Co., Ltd."),
    pair("统一社会信用代码 91110108MA01ABCD2X", "USCC 91110108MA01ABCD2X"),
    pair("北京市海淀区中关村东路1号院8号楼", "Building 8, 1 Zhongguancun East Road, Haidian, Beijing"),
    "billing@beiling.example"]}
LESSEE = {"role": pair("承租方", "Lessee"), "lines": [
    pair("上海听潮人工智能研究院", "Shanghai Tingchao Institute of Artificial Intelligence"),
    pair("统一社会信用代码 12310000MB2F30001K", "USCC 12310000MB2F30001K"),
    pair("上海市徐汇区云锦路701号", "701 Yunjin Road, Xuhui, Shanghai")]}
VERIFY = {"text": "trainlease:TL-2017-0901:42:8d2c5b7e90f1a3468d2c5b7e90f1a3468d2c5b7e90f1a3468d2c5b7e90f1a346",
          "head": "8d2c5b7e90f1a3468d2c5b7e90f1a3468d2c5b7e90f1a3468d2c5b7e90f1a346",
          "label": pair("本结算单由租约账本计算得出，可凭下列摘要独立复核。",
                        "Computed from the lease's journal; anyone holding it can check this digest.")}
SIGNATURES = {"kind": "signature", "blocks": [
    {"label": pair("出租方（盖章）", "Lessor (seal)"), "lines": [pair("授权代表：", "Authorised by:"), pair("日期：", "Date:")]},
    {"label": pair("承租方（盖章）", "Lessee (seal)"), "lines": [pair("授权代表：", "Authorised by:"), pair("日期：", "Date:")]}]}


def column(name: str, kind: str, label, **more) -> dict:
    return {"id": name, "type": kind, "label": label, **more}


def statement() -> dict:
    """One page: lines with formulas, a chart of days, a note, signatures, a QR code."""
    days = [{"label": str(day), "value": str(Decimal(day * 37 % 23 * 41 + 300) + Decimal(day) / 8)} for day in range(1, 32)]
    return deepcopy({
        "kind": "statement", "languages": ["zh", "en"],
        "title": pair("算力租赁费用结算单", "Statement of Compute Lease Fees"),
        "subtitle": pair("2017年10月", "October 2017"),
        "number": "TL-2017-0901-3", "date": "2017-11-04", "parties": [LESSOR, LESSEE],
        "details": [
            {"label": pair("协议编号", "Agreement"), "value": "TL-2017-0901"},
            {"label": pair("计费期间", "Period"), "value": "2017-10-01 – 2017-10-31"},
            {"label": pair("付款期限", "Due"), "value": "2017-11-15"},
            {"label": pair("币种", "Currency"), "value": pair("人民币（元）", "CNY")},
            {"label": pair("收款账户", "Pay to"), "value": pair("中国工商银行北京海淀支行 0200 0045 1920 0123 456",
                                                         "ICBC Beijing Haidian Branch")},
            {"label": pair("开票类型", "Invoice"), "value": pair("增值税专用发票", "special VAT invoice")}],
        "sections": [
            {"kind": "table", "title": pair("费用明细", "Fees"),
             "columns": [column("clause", "text", pair("条款", "Clause"), weight=1),
                         column("what", "text", pair("项目", "Item"), weight=6),
                         column("quantity", "decimal", pair("数量", "Quantity")),
                         column("unit", "text", pair("单位", "Unit"), weight=3),
                         column("price", "decimal", pair("单价（元）", "Unit price")),
                         column("amount", "money", pair("金额（元）", "Amount"), formula="ROUND({quantity}*{price},2)")],
             "rows": [
                 {"cells": {"clause": "3.1(1)", "what": pair("GPU 计算费", "GPU compute"), "quantity": "23456.789",
                            "unit": pair("卡时", "GPU-hour"), "price": "12.50", "amount": "293209.86"}},
                 {"cells": {"clause": "3.1(2)", "what": pair("存储费", "Storage"), "quantity": "51200.5",
                            "unit": pair("GB·月", "GB-month"), "price": "0.35", "amount": "17920.18"}},
                 {"cells": {"clause": "3.1(3)", "what": pair("数据集准备及导入（一次性）", "Data set preparation and loading, once"),
                            "quantity": "1", "unit": pair("次", "once"), "price": "30000.00", "amount": "30000.00"}},
                 {"cells": {"clause": "2.4", "what": pair("服务可用性补偿", "Credit for availability"), "quantity": "-120.25",
                            "unit": pair("卡时", "GPU-hour"), "price": "12.50", "amount": "-1503.13"}},
                 {"style": "total", "cells": {"what": pair("合计", "Total"), "amount": "339626.91"}},
                 {"style": "note", "cells": {"clause": pair("大写：人民币叁拾叁万玖仟陆佰贰拾陆元玖角壹分", "In words above; amounts include VAT at 6 %")}}],
             },
            {"kind": "chart", "title": pair("每日 GPU 用量", "Daily GPU use"), "unit": pair("卡时", "GPU-hours"), "bars": days},
            {"kind": "text", "title": pair("说明", "Notes"), "paragraphs": [
                pair("结算依据为双方约定的计量记录；对本单有异议的，请于收到之日起五个工作日内书面提出，逾期视为认可。",
                     "This statement rests on the metering records agreed by both parties. Objections are to be raised in writing "
                     "within five working days of receipt; the lessor’s “final” figures stand otherwise.")]},
            SIGNATURES],
        "verify": VERIFY,
        "footer": pair("本单据由系统生成，加盖电子印章后生效。", "Valid with the electronic seal."),
    })


def account(rows: int = 150, languages=("zh", "en")) -> dict:
    """An account with carried sums and a total at its end; row i is worth i + 0.37."""
    entries = [{"cells": {"day": str(date(2017, 9, 1) + timedelta(days=i)), "what": pair(f"第 {i + 1} 号作业 图像分类训练", f"job {i + 1}"),
                          "hours": f"{i * 3 % 97}.{i % 10}25", "amount": f"{i + 1}.37"}} for i in range(rows)]
    for i, entry in enumerate(entries):
        if i % 40 == 7:
            entry["cells"]["what"] = pair("多节点大规模语言模型预训练（含断点续训及故障节点替换后的重新调度）",
                                          "multi-node pre-training of a large language model, with restarts from checkpoints")
    total = sum(Decimal(entry["cells"]["amount"]) for entry in entries)
    hours = sum(Decimal(entry["cells"]["hours"]) for entry in entries)
    return deepcopy({
        "kind": "account", "languages": list(languages), "title": pair("对账单", "Account"), "number": "TL-2017-0901-A2",
        "date": "2018-03-01", "parties": [LESSOR, LESSEE],
        "sections": [{
            "kind": "table", "title": pair("往来明细", "Entries"),
            "columns": [column("day", "day", pair("日期", "Day")), column("what", "text", pair("摘要", "Entry"), weight=5),
                        column("hours", "decimal", pair("卡时", "GPU-hours")), column("amount", "money", pair("金额（元）", "Amount"))],
            "rows": entries + [{"style": "total", "cells": {"what": pair("合计", "Total"), "hours": str(hours), "amount": str(total)}}],
            "sum": ["hours", "amount"], "carry": ["hours", "amount"]}],
        "verify": VERIFY,
    })


def letter() -> dict:
    """No table: set as a letter."""
    paragraph = pair("贵方于2017年10月的应付款项合计人民币339,626.91元，付款期限为2017年11月15日。截至本函发出之日，我方尚未收到该笔款项。"
                     "根据协议第3.4条，逾期付款的，自逾期之日起按日计收万分之五的违约金。",
                     "The amount of CNY 339,626.91 for October 2017 fell due on 15 November 2017 and has not reached us by the date of this "
                     "letter. Under clause 3.4 of the agreement, late payment bears a penalty of 0.05 % a day from the day after the due date.")
    request = pair("请贵方于收到本函之日起五个工作日内付清上述款项及违约金。如已付款，请忽略本函并将付款凭证发送至我方财务部门。",
                   "Please pay the amount and the penalty within five working days of receiving this letter. If you have paid already, "
                   "please disregard it and send proof of payment to our finance department.")
    return deepcopy({"kind": "notice", "languages": ["zh", "en"], "title": pair("付款催告函", "Notice of Late Payment"),
            "number": "TL-2017-0901-N1", "date": "2017-11-20",
            "parties": [{"role": pair("致", "To"), "lines": LESSEE["lines"][:1]}],
            "sections": [{"kind": "text", "paragraphs": [paragraph, request, pair("特此函告。", "We give you notice accordingly.")]},
                         {"kind": "signature", "blocks": [{"label": pair("北京北岭算力科技有限公司", "Beijing Beiling Compute Technology Co., Ltd."),
                                                           "lines": [pair("授权代表：", "Authorised by:"), pair("2017年11月20日", "20 November 2017")]}]}],
            "verify": VERIFY})
