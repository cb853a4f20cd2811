"""Every GS1 application identifier as a compact table of facts; it checks nothing itself.

Facts are those of the GS1 General Specifications: lengths, character sets, which identifiers may
be a key or an attribute of a Digital Link, and which need or forbid each other. A test compares
each row with the published GS1 Barcode Syntax Dictionary.
"""

from typing import Final

# One row: identifiers | marks | format | relations | title
#   marks      =  length fixed by the prefix, nothing ends the value; ?  may be a link's attribute
#   format     N digits, X set 82, Y set 39, Z base64url; ..n up to n; [ ] may be left out;
#              :names are the checks of traceability.ai_checks
#   relations  key, or key:qualifiers in order, / between alternatives
#              needs:one,of,these with + for all of; not:none,of,these; n stands for a digit
#   title      of a range, a last number counts up
ROWS: Final = """
00|=?|N18:sum,prefix2|key|SSCC
01|=?|N14:sum,prefix2|key:22,10,21/235 not:255,37|GTIN
02|=?|N14:sum,prefix2|not:01,03 needs:37|CONTENT
03|=|N14:sum,prefix2|not:01,02,37,235|MTO GTIN
10|?|X..20|needs:01,02,03,8006,8026|BATCH/LOT
11|=?|N6:day0|needs:01,02,03,8006,8026|PROD DATE
12|=?|N6:day0|needs:8020|DUE DATE
13|=?|N6:day0|needs:01,02,03,8006,8026|PACK DATE
15|=?|N6:day0|needs:01,02,03,8006,8026|BEST BEFORE or BEST BY
16|=?|N6:day0|needs:01,02,03,8006,8026|SELL BY
17|=?|N6:day0|needs:01,02,03,255,8006,8026|USE BY or EXPIRY
20|=?|N2|needs:01,02,03,8006,8026|VARIANT
21||X..20|needs:01,03,8006 not:235|SERIAL
22||X..20|needs:01|CPV
235||X..28|needs:01|TPX
240|?|X..30|needs:01,02,03,8006,8026|ADDITIONAL ID
241|?|X..30|needs:01,02,03,8006,8026|CUST. PART No.
242|?|N..6|needs:01,02,8006,8026|MTO VARIANT
243|?|X..20|needs:01,03|PCN
250|?|X..30|needs:01+21,03+21,8006+21|SECONDARY SERIAL
251|?|X..30|needs:01,03,8006|REF. TO SOURCE
253|?|N13:sum,prefix1 [X..17]|key|GDTI
254||X..20|needs:414|GLN EXTENSION COMPONENT
255|?|N13:sum,prefix1 [N..12]|key not:01,02,415,8006,8020,8026|GCN
30|?|N..8|needs:01,02|VAR. COUNT
37|?|N..8|needs:00+02,00+8026|COUNT
3900-3909|?|N..15|needs:255,8020 not:390n,391n,394n,8111|AMOUNT
3910-3919|?|N3:currency N..15|needs:8020 not:391n|AMOUNT
3920-3929|?|N..15|needs:01+30,01+31nn,01+32nn,01+35nn,01+36nn not:392n,393n|PRICE
3930-3939|?|N3:currency N..15|needs:30,31nn,32nn,35nn,36nn not:393n|PRICE
3940-3943|?|N4|needs:255 not:394n,8111|PRCNT OFF
3950-3955|?|N6|needs:30,31nn,32nn,35nn,36nn not:392n,393n,395n,8005|PRICE/UoM
400|?|X..30||ORDER NUMBER
401|?|X..30:prefix1|key|GINC
402|?|N17:sum,prefix1|key|GSIN
403|?|X..30|needs:00|ROUTE
410|=?|N13:sum,prefix1||SHIP TO LOC
411|=?|N13:sum,prefix1||BILL TO
412|=?|N13:sum,prefix1||PURCHASE FROM
413|=?|N13:sum,prefix1||SHIP FOR LOC
414|=?|N13:sum,prefix1|key:254/7040|LOC No.
415|=?|N13:sum,prefix1|key:8020 needs:8020|PAY TO
416|=?|N13:sum,prefix1||PROD/SERV LOC
417|=?|N13:sum,prefix1|key:7040|PARTY
420|?|X..20|not:421|SHIP TO POST
421|?|N3:country X..9|not:4307|SHIP TO POST
422|?|N3:country|needs:01,02,03,8006,8026 not:426|ORIGIN
423|?|N3:country [N3:country] [N3:country] [N3:country] [N3:country]|needs:01,02,03 not:426|\
COUNTRY - INITIAL PROCESS
424|?|N3:country|needs:01,02,03 not:426|COUNTRY - PROCESS
425|?|N3:country [N3:country] [N3:country] [N3:country] [N3:country]|needs:01,02,03 not:426|\
COUNTRY - DISASSEMBLY
426|?|N3:country|needs:01,02,03|COUNTRY - FULL PROCESS
427|?|X..3|needs:01+422,02+422,03+422|ORIGIN SUBDIVISION
4300|?|X..35:escaped|needs:00|SHIP TO COMP
4301|?|X..35:escaped|needs:00|SHIP TO NAME
4302|?|X..70:escaped|needs:00|SHIP TO ADD1
4303|?|X..70:escaped|needs:4302|SHIP TO ADD2
4304|?|X..70:escaped|needs:00|SHIP TO SUB
4305|?|X..70:escaped|needs:00|SHIP TO LOC
4306|?|X..70:escaped|needs:00|SHIP TO REG
4307|?|X2:country2|needs:00|SHIP TO COUNTRY
4308|?|X..30|needs:00|SHIP TO PHONE
4309|?|N10:latitude N10:longitude|needs:00|SHIP TO GEO
4310|?|X..35:escaped|needs:00|RTN TO COMP
4311|?|X..35:escaped|needs:00|RTN TO NAME
4312|?|X..70:escaped|needs:00|RTN TO ADD1
4313|?|X..70:escaped|needs:4312|RTN TO ADD2
4314|?|X..70:escaped|needs:00|RTN TO SUB
4315|?|X..70:escaped|needs:00|RTN TO LOC
4316|?|X..70:escaped|needs:00|RTN TO REG
4317|?|X2:country2|needs:00|RTN TO COUNTRY
4318|?|X..20|needs:00|RTN TO POST
4319|?|X..30|needs:00|RTN TO PHONE
4320|?|X..35:escaped|needs:00|SRV DESCRIPTION
4321|?|N1:yesno|needs:00|DANGEROUS GOODS
4322|?|N1:yesno|needs:00|AUTH TO LEAVE
4323|?|N1:yesno|needs:00|SIG REQUIRED
4324|?|N6:day0 N4:clock|needs:00|NOT BEF DEL DT
4325|?|N6:day0 N4:clock|needs:00|NOT AFT DEL DT
4326|?|N6:day|needs:00|REL DATE
4330|?|N6 [X1:minus]|needs:00 not:4331|MAX TEMP F.
4331|?|N6 [X1:minus]|needs:00 not:4330|MAX TEMP C.
4332|?|N6 [X1:minus]|needs:00 not:4333|MIN TEMP F.
4333|?|N6 [X1:minus]|needs:00 not:4332|MIN TEMP C.
7001|?|N13|needs:01,02,8006,8026|NSN
7002|?|X..30|needs:01,02|MEAT CUT
7003|?|N6:day N4:clock|needs:01,02,03|EXPIRY TIME
7004|?|N..4|needs:01+10,03+10|ACTIVE POTENCY
7005|?|X..12|needs:01,02|CATCH AREA
7006|?|N6:day|needs:01,02|FIRST FREEZE DATE
7007|?|N6:day [N6:day]|needs:01,02|HARVEST DATE
7008|?|X..3|needs:01,02|AQUATIC SPECIES
7009|?|X..10|needs:01,02|FISHING GEAR TYPE
7010|?|X..2|needs:01,02,03|PROD METHOD
7011|?|N6:day [N4:clock]|needs:01,02,03|TEST BY DATE
7020|?|X..20|needs:01+416,03+416,8006+416|REFURB LOT
7021|?|X..20|needs:01,03,8006|FUNC STAT
7022|?|X..20|needs:01+7021,03+7021,8006+7021|REV STAT
7023|?|X..30:prefix1||GIAI - ASSEMBLY
7030-7039|?|N3:country999 X..27|needs:01,02|PROCESSOR # 0
7040||N1 X1 X1 X1:importer||UIC+EXT
7041||X..4:package|needs:00|UFRGT UNIT TYPE
710|?|X..20|needs:01|NHRN PZN
711|?|X..20|needs:01|NHRN CIP
712|?|X..20|needs:01|NHRN CN
713|?|X..20|needs:01|NHRN DRN
714|?|X..20|needs:01|NHRN AIM
715|?|X..20|needs:01|NHRN NDC
716|?|X..20|needs:01|NHRN AIC
717|?|X..20|needs:01|NHRN SRN
7230-7239|?|X2 X..28|needs:01,8004|CERT # 1
7240|?|X..20|needs:01,8006 not:03|PROTOCOL
7241|?|N2:media|needs:8017,8018|AIDC MEDIA TYPE
7242|?|X..25|needs:8017,8018|VCN
7250|?|N8:birthday|needs:8018 not:7251|DOB
7251|?|N8:birthday N4:clock|needs:8018 not:7250|DOB TIME
7252|?|N1:sex|needs:8018|BIO SEX
7253|?|X..40:escaped|needs:8017,8018 not:7256,7259|FAMILY NAME
7254|?|X..40:escaped|needs:8017,8018 not:7256,7259|GIVEN NAME
7255|?|X..10|needs:8017,8018 not:7256,7259|SUFFIX
7256|?|X..90:escaped|needs:8017,8018|FULL NAME
7257|?|X..70:escaped|needs:8018|PERSON ADDR
7258|?|X3:order|needs:8018+7259|BIRTH SEQUENCE
7259|?|X..40:escaped|needs:8018 not:7256|BABY
8001|?|N4:nonzero N5:nonzero N3:nonzero N1:winding N1|needs:01|DIMENSIONS
8002|?|X..20||CMT No.
8003|?|N1:zero N13:sum,prefix1 [X..16]|key|GRAI
8004|?|X..30:prefix1|key:7040|GIAI
8005|?|N6|needs:01,02|PRICE PER UNIT
8006|?|N14:sum,prefix2 N4:pieces|key:22,10,21 not:01,03,37|ITIP
8007|?|X..34:iban|needs:415|IBAN
8008|?|N6:day N2:hour [N2:minute] [N2:second]|needs:01,02,03|PROD TIME
8009|?|X..50|needs:00,01,03|OPTSEN
8010|?|Y..30:prefix1|key:8011|CPID
8011||N..12:shortest|needs:8010|CPID SERIAL
8012|?|X..20|needs:01,03,8006|VERSION
8013|?|X..25:pair,prefix1|key|GMN
8014||X..25:pair,prefix1,nondigit|needs:01|MUDI
8017|?|N18:sum,prefix1|key:8019 not:8018|GSRN - PROVIDER
8018|?|N18:sum,prefix1|key:8019 not:8017|GSRN - RECIPIENT
8019||N..10|needs:8017,8018|SRIN
8020||X..25|needs:415|REF No.
8026|?|N14:sum,prefix2 N4:pieces|needs:37 not:02,03,8006|ITIP CONTENT
8030|?|Z..90|needs:00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018|DIGSIG
8040||N15|needs:01+21|IMEI
8041||N15|needs:01+21+8040|IMEI2
8042||N32|needs:01+21+8040|ESIM
8043||N18 [N..2]|needs:01+21+8040|PSIM
8110|?|X..70:coupon||
8111|?|N4|needs:255|POINTS
8112|?|X..70:offer||
8200||X..70|needs:01|PRODUCT URL
90|?|X..30||INTERNAL
91-99|?|X..90||INTERNAL
"""

# Measures: the fourth digit is the number of decimals, 0 to 5; one measure of a kind per item.
MEASURE: Final = "=?|N6"
MEASURES: Final = {
    "01,02": {
        "310": "NET WEIGHT (kg)",
        "311": "LENGTH (m)",
        "312": "WIDTH (m)",
        "313": "HEIGHT (m)",
        "314": "AREA (m²)",
        "315": "NET VOLUME (l)",
        "316": "NET VOLUME (m³)",
        "320": "NET WEIGHT (lb)",
        "321": "LENGTH (in)",
        "322": "LENGTH (ft)",
        "323": "LENGTH (yd)",
        "324": "WIDTH (in)",
        "325": "WIDTH (ft)",
        "326": "WIDTH (yd)",
        "327": "HEIGHT (in)",
        "328": "HEIGHT (ft)",
        "329": "HEIGHT (yd)",
        "350": "AREA (in²)",
        "351": "AREA (ft²)",
        "352": "AREA (yd²)",
        "356": "NET WEIGHT (tr oz)",
        "357": "NET VOLUME (oz)",
        "360": "NET VOLUME (qt (US))",
        "361": "NET VOLUME (gal.)",
        "364": "NET VOLUME (in³)",
        "365": "NET VOLUME (ft³)",
        "366": "NET VOLUME (yd³)",
    },
    "00,01": {
        "330": "GROSS WEIGHT (kg)",
        "331": "LENGTH (m), log",
        "332": "WIDTH (m), log",
        "333": "HEIGHT (m), log",
        "334": "AREA (m²), log",
        "335": "VOLUME (l), log",
        "336": "VOLUME (m³), log",
        "340": "GROSS WEIGHT (lb)",
        "341": "LENGTH (in), log",
        "342": "LENGTH (ft), log",
        "343": "LENGTH (yd), log",
        "344": "WIDTH (in), log",
        "345": "WIDTH (ft), log",
        "346": "WIDTH (yd), log",
        "347": "HEIGHT (in), log",
        "348": "HEIGHT (ft), log",
        "349": "HEIGHT (yd), log",
        "353": "AREA (in²), log",
        "354": "AREA (ft²), log",
        "355": "AREA (yd²), log",
        "362": "VOLUME (qt (US)), log",
        "363": "VOLUME (gal (US)), log",
        "367": "VOLUME (in³), log",
        "368": "VOLUME (ft³), log",
        "369": "VOLUME (yd³), log",
    },
    "01": {"337": "KG PER m²"},
}
