/**
 * The JSON examples of the vendor's pages, as texts (pandapon.md, S0, S1, S4). Shortened: one of the two
 * lines of S1, two of the five rows of S4.
 */

/** Body of `POST /open/order` (S0, S2, S3). */
export const CREATE_REQUEST = String.raw`{
  "purchaseAmount": 400,
  "receiver": "{\"zip\":\"11111\",\"country\":\"中国\",\"address\":\"测试地址\",\"city\":\"杭州市\",\"phone\":\"\",\"mobile_phone\":\"15068763421\",\"district\":\"余杭区\",\"name\":\"a测试aa\",\"state\":\"浙江省\"}",
  "orderLineList": "[{\"itemId\":\"600126245031041190\",\"orderLineNo\":\"1\",\"quantity\":\"200\",\"price\":\"1\",\"currency\":\"CNY\",\"skuId\":\"5016042822039\"},{\"itemId\":\"600129202197070073\",\"orderLineNo\":\"1\",\"quantity\":\"200\",\"price\":\"1\",\"currency\":\"CNY\",\"skuId\":\"4860968496626\"}]",
  "orderSource": "lazada",
  "sellerOrderNumber": "1"
}`;

/** Answer of `POST /open/order` (S0, S2, S3). */
export const CREATE_ANSWER = `{
  "requestId": "1b69692da4b34920bcd594048c8bdcfc",
  "code": 200,
  "developId": "1028257583384757029",
  "msg": "成功",
  "data": {
    "id": "1031992847890383164",
    "orderNo": "1031992847781331418",
    "subOrderVOS": [
      {
        "subOrderId": "1031992851828834889",
        "orderNo": "1031992847781331418",
        "quantity": 1,
        "title": null,
        "purchaseCurrency": null,
        "purchaseAmount": null,
        "itemId": "600086815456800431",
        "domesticPostFee": null,
        "closeReason": null,
        "skuId": "4766078803304",
        "status": null,
        "taobaoPurchaseId": "200027842447",
        "taobaoSubPurchaseId": "200027842448",
        "errorCode": null,
        "errorMessage": null
      }
    ],
    "createTime": "2023-10-18 18:11:08"
  }
}`;

/** Answer of `GET /open/order/page` (S1). */
export const LIST_V1_ANSWER = String.raw`{
  "requestId": "dd6244f5a2534131b32ae699bb063cf7",
  "code": 200,
  "developId": "1021091489188413467",
  "msg": "成功",
  "data": {
    "total": 1,
    "data": [
      {
        "id": "1022505290408395575",
        "orderNo": "1022505290345480832",
        "sellerOrderNumber": "1",
        "userName": "Nguyen Thi Tuyet",
        "orderSource": "lazada",
        "createTime": "2023-09-22 13:50:59",
        "payTime": null,
        "purchaseAmount": 400,
        "status": 0,
        "subOrderVOS": [
          {
            "subOrderId": null,
            "orderNo": "1022505290345480832",
            "quantity": 200,
            "title": null,
            "purchaseCurrency": "CNY",
            "purchaseAmount": "1",
            "itemId": "600126245031041190",
            "domesticPostFee": null,
            "closeReason": null,
            "skuId": "5016042822039",
            "subOrderResult": "{\"purchase_order_outer_id\":\"3716059574020579405\",\"purchase_order_line_outer_id\":\"3716059574020579405\",\"product_amount\":\"4500\",\"quantity\":1,\"title\":\"#Sisjuly#热辣复古甜酷风性感蕾丝钩花低领修身吊带半身裙套装女\",\"purchase_currency\":\"CNY\",\"purchase_amount\":4500,\"item_id\":\"2048259680555903\",\"domestic_post_fee\":0,\"pay_currency\":\"CNY\",\"sub_purchase_order_id\":\"200035407713\",\"sku_id\":\"5632601723775\",\"status\":\"WAIT_BUYER_P\",\"alipay_pay_order_no\":\"2024010222001113321406150895\",\"option_fields\":{\"SKU_IMG_URL\":\"https://img.alicdn.com/bao/uploaded/i3/1929658746/O1CN01kjIQWz2ETirHxQMnX_!!1929658746.jpg\",\"en\":\"{\\\"颜色分类\\\":\\\"玫红色\\\",\\\"尺码\\\":\\\"S\\\"}\",\"zh\":\"{\\\"颜色分类\\\":\\\"玫红色\\\",\\\"尺码\\\":\\\"S\\\"}\"},\"closed\":false}",
            "status": null,
            "errorCode": null,
            "errorMessage": null
          }
        ]
      }
    ]
  }
}`;

/** Answer of `POST /v2/taobao/order/page` (S4). */
export const LIST_V2_ANSWER = String.raw`{
  "requestId": "adfbb0a75ce945ab94a1b3db20015e94",
  "code": 200,
  "developId": "1110890638347337996",
  "msg": "成功",
  "data": {
    "total": 22,
    "data": [
      {
        "id": "1131284695074472264",
        "orderNo": "1131284688996925671",
        "userName": "Ponpick11",
        "userId": "2100007335153",
        "sellerOrderNumber": null,
        "orderSource": null,
        "createTime": "2024-07-18 18:01:30",
        "payTime": null,
        "purchaseAmount": 0,
        "status": 0,
        "warehouseAddressInfoVO": {
          "state": "北京市",
          "zip": null,
          "country": "中国大陆",
          "address": "124",
          "phone": "124",
          "city": "北京市",
          "district": "西城区",
          "name": "124",
          "mobilePhone": null,
          "taxId": null
        },
        "receiverVO": {
          "zip": null,
          "country": "中国大陆",
          "address": "124",
          "city": "北京市",
          "district": "西城区",
          "state": "北京市"
        },
        "remark": null,
        "subOrderVOS": [
          {
            "subOrderId": "1131284696559256040",
            "orderNo": "1131284688996925671",
            "quantity": 1,
            "title": "CSGO2饰品箱子AK AWP武器枪皮肤 匕首 手套 探员 印花开箱 钥匙",
            "purchaseCurrency": "CNY",
            "purchaseAmount": null,
            "itemMapId": "u26leifPbM9xverOKkU0F7dqmzNNcIX-IQGrQ53mhv0",
            "domesticPostFee": 0,
            "closeReason": null,
            "skuId": "10103127885581",
            "status": "BULIDING",
            "goodsStatus": null,
            "refundType": null,
            "taobaoPurchaseId": "200048859479",
            "taobaoSubPurchaseId": "200048859480",
            "subOrderResult": "{\"quantity\":1,\"item_id\":\"u26leifPbM9xverOKkU0F7dqmzNNcIX-IQGrQ53mhv0\",\"domestic_post_fee\":0,\"purchase_currency\":\"CNY\",\"option_fields\":{\"SKU_IMG_URL\":\"https://img.alicdn.com/imgextra/i4/2216534895742/O1CN01D5S0o41sHtAOsAymy_!!2216534895742.png\",\"en\":\"{\\\"游戏版本\\\":\\\"传奇版\\\",\\\"账号激活地区\\\":\\\"中国大陆\\\",\\\"语种分类\\\":\\\"简体中文\\\"}\",\"zh\":\"{\\\"游戏版本\\\":\\\"传奇版\\\",\\\"账号激活地区\\\":\\\"中国大陆\\\",\\\"语种分类\\\":\\\"简体中文\\\"}\"},\"closed\":false,\"sku_id\":\"10103127885581\",\"title\":\"CSGO2饰品箱子AK AWP武器枪皮肤 匕首 手套 探员 印花开箱 钥匙\",\"sub_purchase_order_id\":\"200048859480\",\"pay_currency\":\"CNY\",\"status\":\"BULIDING\"}",
            "errorCode": null,
            "errorMessage": null,
            "refundStatus": 0
          }
        ]
      },
      {
        "id": "1131536109495386451",
        "orderNo": "1131536104755823039",
        "userName": "Ponpick11",
        "userId": "2100007335153",
        "sellerOrderNumber": null,
        "orderSource": null,
        "createTime": "2024-07-19 10:40:32",
        "payTime": null,
        "purchaseAmount": 0,
        "status": 0,
        "warehouseAddressInfoVO": {
          "state": "北京市",
          "zip": null,
          "country": "中国大陆",
          "address": "124",
          "phone": "124",
          "city": "北京市",
          "district": "西城区",
          "name": "124",
          "mobilePhone": null,
          "taxId": null
        },
        "receiverVO": {
          "zip": null,
          "country": "中国大陆",
          "address": "124",
          "city": "北京市",
          "district": "西城区",
          "state": "北京市"
        },
        "remark": null,
        "subOrderVOS": [
          {
            "subOrderId": "1131536110611071814",
            "orderNo": "1131536104755823039",
            "quantity": 3,
            "title": "畅玩永劫无间165Hz高刷高色域绘图轻薄办公游戏本 学生笔记本电脑",
            "purchaseCurrency": "CNY",
            "purchaseAmount": null,
            "itemMapId": "LEk_7EVHneNPguYtWdb3UrdqmzNNcIX-IQGrQ53mhv0",
            "domesticPostFee": 0,
            "closeReason": null,
            "skuId": "9777632426789",
            "status": "BULIDING",
            "goodsStatus": null,
            "refundType": null,
            "taobaoPurchaseId": "200048879985",
            "taobaoSubPurchaseId": "200048879986",
            "subOrderResult": "{\"quantity\":3,\"item_id\":\"LEk_7EVHneNPguYtWdb3UrdqmzNNcIX-IQGrQ53mhv0\",\"domestic_post_fee\":0,\"purchase_currency\":\"CNY\",\"option_fields\":{\"SKU_IMG_URL\":\"https://img.alicdn.com/bao/uploaded/i3/453412361/O1CN01FUpSk51TJO42mItdC_!!453412361.png\",\"en\":\"{\\\"Package Type\\\":\\\"Package One\\\",\\\"Memory capacity\\\":\\\"16g\\\",\\\"Color classification\\\":\\\"Grey\\\",\\\"Hard disk capacity\\\":\\\"1T Solid State Drive\\\"}\",\"zh\":\"{\\\"套餐类型\\\":\\\"套餐一\\\",\\\"硬盘容量\\\":\\\"1T固态硬盘\\\",\\\"颜色分类\\\":\\\"灰色\\\",\\\"内存容量\\\":\\\"16g\\\"}\"},\"closed\":false,\"sku_id\":\"9777632426789\",\"title\":\"畅玩永劫无间165Hz高刷高色域绘图轻薄办公游戏本 学生笔记本电脑\",\"sub_purchase_order_id\":\"200048879986\",\"pay_currency\":\"CNY\",\"status\":\"BULIDING\"}",
            "errorCode": null,
            "errorMessage": null,
            "refundStatus": 0
          }
        ]
      }
    ]
  }
}`;
