"""Files shaped as their publishers save them, with every trap; the figures are invented."""

from __future__ import annotations

import json

IDPS = (
    "\ufefflocation_code,admin1_name,provider_admin1_name,admin_level,operation,assessment_type,population,"
    "reference_period_start,reference_period_end,warning,error\n"
    "#country+code,#adm1+name,#adm1+name+provider,#adm+level,#operation+name,#assessment+type,#affected+idps,"
    "#date+start,#date+end,#meta+warning,#meta+error\n"
    "QZZ,,,0,Alpha crisis,SA,10200,2024-01-31 00:00:00+00:00,2024-01-31 00:00:00+00:00,,\n"
    'QZZ,,,0,Alpha crisis,SA,"14,900",2024-03-31 00:00:00+00:00,2024-03-31 00:00:00+00:00,,\n'
    "QZZ,,,0,Beta flood,BA,700,2024-03-31 00:00:00+00:00,2024-03-31 00:00:00+00:00,,\n"
    "QZZ,North,North,1,Alpha crisis,SA,9000,2024-01-31,2024-01-31,,\n"
    "QZZ,South,South,1,Alpha crisis,SA,1200,2024-01-31,2024-01-31,,\n"
    "QZZ,South,South,1,Alpha crisis,SA,99999,2024-01-31,2024-01-31,,wrong\n"
)
ACLED = (
    "\ufeffEVENT_ID_CNTY,EVENT_DATE,TIME_PRECISION,EVENT_TYPE,ACTOR1,COUNTRY,ADMIN1,LOCATION,LATITUDE,LONGITUDE,"
    "GEO_PRECISION,NOTES,FATALITIES\n"
    'A1,05 March 2024,1,Battles,Side A,X,N,Old Town,1.5,2.5,1,"a text, secret",3\n'
    "A2,2024-03-05,1,Battles,Side B,X,N,Old Town,1.5,2.5,3,secret,1\n"
    "A3,2024-03-06,1,Protests,,X,N,Gate,1.5,2.6,1,,0\n"
)
GED_ROW = (
    "7,R,2024,1,Clear,1,1,1,c,1,1,d,1,1,a,2,2,b,1,art,off,2024-03-05,head,orig,5,coord,Old Town,N,M,1.5,2.5,POINT,1,X,1,"
    "Asia,1,1,2024-03-05 00:00:00.000,2024-03-08 00:00:00.000,1,0,2,0,3,5,2,1,"
)
DTM = (
    "id,operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,adminLevel,numPresentIdpInd,"
    "reportingDate,roundNumber,assessmentType,idpOriginAdmin1Name\n"
    "#id+code,#operation+name,#country+name,#country+code,#adm1+name,#adm1+code,#adm2+name,#adm2+code,#adm+level,"
    "#affected+idps,#date+reported,#round+code,#assessment+type,#adm1+name+origin\n"
    "1,Op,X,QZZ,,,,,0,500,2024-01-31,1,SA,\n2,Op,X,QZZ,North,X1,,,1,500,2024-01-31,1,SA,West\n"
)
WIDE = (
    "Date of analysis,Country,Level 1,Current from,Current to,Phase 3+ number current,Phase 3+ percentage current,"
    "Phase 1 number current,Phase 1 percentage current,First projection from,First projection to,"
    "Phase 3+ number first projection,Phase 3+ percentage first projection\n"
    "Mar 2024,QZZ,North,2024-03-01,2024-04-30,700,0.7,100,0.1,2024-05-01,2024-06-30,800,0.8\n"
)
LONG = (
    "Date of analysis,Country,Level 1,Validity period,From,To,Phase,Number,Percentage\n"
    "Mar 2024,QZZ,North,current,2024-03-01,2024-04-30,3+,700,0.7\n"
    "Mar 2024,QZZ,North,first projection,2024-05-01,2024-06-30,3+,800,0.8\n"
)
IPC_JSON = {
    "features": [
        {
            "properties": {
                "title": "North", "ipc_period": "C", "overall_phase": 3, "color": "#c80000", "phase1_color": "#fae61e",
                **{f"phase{n}_population": str(100 * n) for n in range(1, 6)},
                **{f"phase{n}_percent": "0.2" for n in range(1, 6)},
            },
            "geometry": {"type": "Point", "coordinates": [2.0, 1.0]},
        }
    ]
}  # fmt: skip
COD = {
    "features": [
        {
            "properties": {"ADM1_PCODE": "XX01", "ADM1_EN": "North", "ADM1_FR": "Nord", "ADM0_PCODE": "XX"},
            "geometry": {"type": "Polygon", "coordinates": [[[2.0, 1.0], [4.0, 1.0], [4.0, 2.0], [2.0, 1.0]]]},
        }
    ]
}
GRAPHML = (
    '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    + "".join(f'<key id="d{i}" attr.name="{n}"/>' for i, n in enumerate(("x", "y", "length", "highway", "maxspeed", "surface", "oneway", "bridge")))
    + '<graph><node id="1"><data key="d0">2.0</data><data key="d1">1.0</data></node>'
    '<node id="2"><data key="d0">2.1</data><data key="d1">1.0</data></node>'
    '<edge source="1" target="2"><data key="d2">11100.5</data><data key="d3">[\'primary\', \'track\']</data>'
    '<data key="d4">50 mph</data><data key="d5">asphalt</data><data key="d6">True</data></edge>'
    '<edge source="2" target="1"><data key="d2">11200</data><data key="d3">primary</data></edge></graph></graphml>'
)  # fmt: skip
API = (
    "year,coo_name,coo,coo_iso,coa_name,coa,refugees,asylum_seekers,returned_refugees,idps\n"
    '2023,X,XXA,QZZ,Y,YYA,"1,000",50,7,90000\n2023,X,XXA,QZZ,Z,ZZA,-,25,-,90000\n'
)
ODP = {"data": {"timeseries": [{"data_date": "2024-01-31", "individuals": 10}, {"data_date": "2024-02-29", "individuals": "1,020"}]}}  # fmt: skip
PRMN = (
    "Month End,Number of Individuals,Previous (Departure) District,Current (Arrival) District,Reason\n"
    "31/01/2024,20,A,B,Conflict\n31/01/2024,5,A,B,Conflict\n"
)
WFP = (
    "date,admin1,admin2,market,market_id,latitude,longitude,category,commodity,commodity_id,unit,priceflag,pricetype,"
    "currency,price,usdprice\n#date,#adm1,#adm2,#loc,#loc+id,#lat,#lon,#item+type,#item,#item+code,#item+unit,#flag,"
    "#price+type,#currency,#value,#value+usd\n2024-01-15,N,M,Old Town,1,1,2,cereals,Flour,5,KG,actual,Retail,XCU,12.5,0.5\n"
    "2024-01-15,N,M,Old Town,1,1,2,cereals,Flour,5,50 KG,actual,Retail,XCU,500,20\n"
    "2024-01-15,N,M,Old Town,1,1,2,cereals,Flour,5,KG,actual,Wholesale,XCU,10,0.4\n"
)
LORRIES = (
    "Date,Crossing,Cargo,Trucks,Status\n2024-03-01,North Gate,flour,10,Collected\n2024-03-01,North Gate,oil,2,Collected\n"
    "2024-03-01,North Gate,oil,4,Rejected\n2024-03-02,South Gate,flour,3,Collected\n"
)
CARGO = (
    "Dispatch date;Destination;Commodity;Weight (kg)\n2024-03-01;Old Town;flour;12500\n2024-03-01;Old Town;flour;500\n"
)
SMART = (
    "area,start_date,end_date,published,n,GAM WHZ,GAM MUAC,flags,oedema\n"
    "North,2024-02-01,2024-02-20,2024-03-15,432,12.3 (9.8-15.4),8.0 (6.0-10.5),SMART,2\n"
)
MUAC = "date,place,screened,mam,sam,oedema\n2024-02-01,North,400,30,10,3\n"
CALENDAR = "#Day,North,South\n0,20,0\n30,35.5,10\n"
GMCR = {
    "decisionMakers": [
        {"name": "The keeper", "options": [1], "preferences": [[[0, "N"], [1, "Y"]], {"compound": True, "members": [[[1, "Y"]], [[2, "N"]]]}]},
        {"name": "The town", "options": [0, 2], "preferences": [[[1, "N"]], [[0, "N"]]], "misperceptions": [[[1, "Y"]]]},
    ],
    "options": [
        {"name": "pay", "permittedDirection": "both"}, {"name": "shut", "permittedDirection": "fwd"},
        {"name": "pay", "permittedDirection": "back"},
    ],
    "infeasibles": [[[0, "Y"], [2, "Y"]]], "useManualPreferenceRanking": False, "program": "gmcr-py", "colour": "red",
}  # fmt: skip

FORMS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "ipc-wide": ("ipc", "ipc.csv", WIDE, {}), "ipc-geojson": ("ipc", "ipc.geojson", json.dumps(IPC_JSON), {}),
    "unhcr-json": ("unhcr", "unhcr.json", json.dumps(ODP), {}),
    "gmcr-ranked": (
        "gmcr", "ranked.gmcr",
        json.dumps({
            "decisionMakers": [{"name": "A", "options": [0], "preferences": [], "preferenceVector": [2, [1, 3]]},
                               {"name": "B", "options": [1], "preferences": [], "preferenceVector": [1, 2, 3]}],
            "options": [{"name": "x"}, {"name": "if"}], "infeasibles": [[[0, "Y"], [1, "Y"]]],
            "useManualPreferenceVectors": True,
        }), {},
    ),
}  # fmt: skip
"""further forms of a kind: kind, name, text, picks"""
FILES: dict[str, tuple[str, str, dict[str, str]]] = {
    "acled": ("acled.csv", ACLED, {}), "ucdp": ("ged.csv", GED_ROW + "\n", {}),
    "unhcr": ("unhcr.csv", API, {}), "dtm": ("dtm.csv", DTM, {}), "prmn": ("prmn.csv", PRMN, {}),
    "ipc": ("ipc.csv", LONG, {}), "wfp": ("wfp.csv", WFP, {}), "hapi": ("idps.csv", IDPS, {}),
    "codab": ("adm1.geojson", json.dumps(COD), {}), "osmnx": ("roads.graphml", GRAPHML, {}),
    "lorries": ("lorries.csv", LORRIES, {}), "logistics": ("cargo.csv", CARGO, {}), "smart": ("smart.csv", SMART, {}),
    "muac": ("muac.csv", MUAC, {}), "gmcr": ("town.gmcr", json.dumps(GMCR), {}),
    "fabflee": ("region_attributes_IPC.csv", CALENDAR, {"start": "2024-01-01"}),
}  # fmt: skip
